import type { Currency } from "../../lib/currencies";
import { cancelIntent, createIntent, retrieveIntent } from "../payments/payments";
import { refundPayment } from "../payments/refunds";
import type { EffectOf } from "./effects";
import type { CheckoutEvent } from "./events";
import type { Frozen } from "./frozen";

type PaymentEffect = EffectOf<"createIntent" | "retrieveIntent" | "cancelIntent" | "refund">;

/** What the provider answers is told to the saga; a provider that does not answer throws. */
export async function performPayment(
  id: string,
  { hash, orderId }: Frozen,
  effect: PaymentEffect,
): Promise<CheckoutEvent> {
  const { type } = effect;
  if (type === "createIntent") {
    const { key, attempt, amount } = effect;
    const currency = effect.currency as Currency;
    const wish = { key, attempt, amount, currency, checkoutId: id, orderId, quoteHash: hash };
    const made = await createIntent(wish);
    if (made.kind === "refused") return { type: "intentRefused", attempt };
    if (made.kind === "failed") return { type: "intentFailed", attempt };
    const { id: intentId, clientSecret } = made.intent;
    return { type: "intentCreated", attempt, intentId, clientSecret };
  }
  const { intentId } = effect;
  if (type === "retrieveIntent") {
    const intent = await retrieveIntent(intentId);
    if (!intent) throw new Error(`the provider does not know the intent ${intentId}`);
    const { status, amount, currency } = intent;
    return { type: "intentSeen", intent: { id: intentId, status, amount, currency } };
  }
  if (type === "cancelIntent") {
    const { kind } = await cancelIntent(intentId, effect.key);
    return { type: kind === "cancelled" ? "intentCancelled" : "cancelRefused", intentId };
  }
  const refunded = await refundPayment({ intentId, key: effect.key });
  if (refunded.kind === "refused")
    throw new Error(`the provider refuses to refund: ${refunded.code}`);
  return { type: "refunded", intentId };
}
