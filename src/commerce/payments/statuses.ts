import type { IntentStatus } from "../checkout/events";

export const intentStatuses = [
  "requires_payment_method",
  "requires_confirmation",
  "requires_action",
  "requires_capture",
  "processing",
  "succeeded",
  "canceled",
] as const satisfies IntentStatus[];

export const refundStatuses = [
  "requires_action",
  "pending",
  "succeeded",
  "failed",
  "canceled",
] as const;
export type RefundStatus = (typeof refundStatuses)[number];

export const disputeStatuses = [
  "warning_needs_response",
  "warning_under_review",
  "warning_closed",
  "needs_response",
  "under_review",
  "appeal_needs_response",
  "appeal_under_review",
  "prevented",
  "won",
  "lost",
] as const;
export type DisputeStatus = (typeof disputeStatuses)[number];
