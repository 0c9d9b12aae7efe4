import type { Ending } from "./state";

export type IntentStatus =
  | "requires_payment_method"
  | "requires_confirmation"
  | "requires_action"
  | "requires_capture"
  | "processing"
  | "succeeded"
  | "canceled";

/** An intent as the provider's API returned it, never as a webhook described it. */
export interface RetrievedIntent {
  id: string;
  status: IntentStatus;
  /** Minor units actually received when succeeded, else asked for. */
  amount: number;
  currency: string;
}

/** What can happen to a checkout from outside. */
type Command =
  /** The alarm fired, or the object found itself restarted: whatever is pending is issued again. */
  | { type: "woken" }
  | { type: "cancelRequested"; reason: Extract<Ending, "cancelled" | "expired" | "superseded"> }
  /** A webhook, a client or a sweep says that this intent moved; `claims` is not believed. */
  | { type: "hinted"; intentId: string; attempt: number; claims: IntentStatus | null }
  /** An administrator resolved a review: the money goes back. */
  | { type: "refundOrdered" };

/** What performing an effect answered; an unknown outcome is no event but waits for the alarm. */
type Outcome =
  | { type: "opened" }
  /** `live` is the other checkout of this cart; null means that the cart is no longer as quoted. */
  | { type: "openRefused"; live: { checkoutId: string; hash: string } | null }
  | { type: "displaced"; outcome: "closed" | "paid" | "busy" }
  | { type: "reserved"; variantId: string }
  | { type: "reserveRefused"; variantId: string; available: number }
  | { type: "recorded" }
  | { type: "recordRefused"; reason: Extract<Ending, "promotion_exhausted" | "cart_changed"> }
  | { type: "intentCreated"; attempt: number; intentId: string; clientSecret: string }
  /** The provider holds no intent for this key and will not make one. */
  | { type: "intentRefused"; attempt: number }
  /** The provider stored a failure under this key: only another key can succeed. */
  | { type: "intentFailed"; attempt: number }
  | { type: "intentSeen"; intent: RetrievedIntent }
  | { type: "intentCancelled"; intentId: string }
  | { type: "cancelRefused"; intentId: string }
  | { type: "committed"; variantId: string }
  | { type: "commitRefused"; variantId: string }
  | { type: "released"; variantId: string }
  | { type: "completed" }
  | { type: "completeRefused" }
  | { type: "closed" }
  | { type: "reviewed" }
  | { type: "refunded"; intentId: string };

export type CheckoutEvent = Command | Outcome;

export type EventOf<T extends CheckoutEvent["type"]> = Extract<CheckoutEvent, { type: T }>;
