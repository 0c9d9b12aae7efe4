import type { Ending, ReviewReason } from "./state";

/** Refunds and cancellations carry the provider's idempotency key; everything else is idempotent by checkout id. */
export type Effect =
  /** `null` takes the alarm away. */
  | { type: "armAlarm"; at: number | null }
  /** D1: insert the checkout `live`, unless its cart has a live one or is no longer as quoted. */
  | { type: "openCheckout" }
  /** Ask another checkout to end; answer when it is closed, paid or cannot end now. */
  | { type: "displace"; checkoutId: string }
  | { type: "reserve"; variantId: string; quantity: number; expiresAt: number }
  /** D1: order, lines, promotion use, payment, outbox; only while the checkout is `live`. */
  | { type: "recordOrder" }
  | { type: "createIntent"; key: string; attempt: number; amount: number; currency: string }
  | { type: "retrieveIntent"; intentId: string }
  | { type: "cancelIntent"; intentId: string; key: string }
  | { type: "commit"; variantId: string }
  /** D1: order paid with number, payment, promotion used, ledger, outbox; only from `pending_payment`. */
  | { type: "completeOrder"; intentId: string | null }
  | { type: "release"; variantId: string }
  /** Put back what was committed; answered by `released`. */
  | { type: "restock"; variantId: string; quantity: number; reference: string }
  /** D1: checkout terminal (inserted so if it never arrived), pending order ended, promotion freed. */
  | { type: "closeCheckout"; orderStatus: "expired" | "cancelled"; reason: Ending }
  /** D1: a row and a mail that an administrator sees. */
  | { type: "recordReview"; reason: ReviewReason }
  /** In full. */
  | { type: "refund"; intentId: string; key: string };

export type EffectOf<T extends Effect["type"]> = Extract<Effect, { type: T }>;

export function cancel(intentId: string, refusals: number): Effect {
  return { type: "cancelIntent", intentId, key: `cancel:${intentId}:${refusals}` };
}

export function refund(intentId: string): Effect {
  return { type: "refund", intentId, key: `refund:${intentId}` };
}
