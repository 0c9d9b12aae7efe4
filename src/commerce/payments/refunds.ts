import type { Stripe } from "stripe";
import type { Currency } from "../../lib/currencies";
import { type Money, money } from "../../lib/money";
import { fromStripe, toStripe } from "../../lib/stripeUnits";
import { failureOf } from "./failure";
import { type RefundStatus, refundStatuses } from "./statuses";
import { stripe } from "./stripe";

export type ProviderRefund = {
  id: string;
  intentId: string;
  /** The key that Rimlight asked with; null for a refund made in the provider's dashboard. */
  key: string | null;
  status: RefundStatus;
  failureReason: string | null;
  createdAt: number;
} & Money;

export type Refunding =
  | { kind: "refunded"; refund: ProviderRefund }
  | { kind: "already_refunded" }
  /** E.g. more than is left, or a charge that is disputed. */
  | { kind: "refused"; code: string };

const mostTries = 3;

/**
 * Refunds a part, or without `amount` all that is left, exactly once per key: a failure that the
 * provider keeps under the key is looked behind, and only then asked for under the next one.
 */
export async function refundPayment({
  intentId,
  key,
  amount,
  currency,
}: {
  intentId: string;
  key: string;
} & (
  | { amount: number; currency: Currency }
  | { amount?: never; currency?: never }
)): Promise<Refunding> {
  const part = amount === undefined ? {} : { amount: toStripe(money(amount, currency)).amount };
  const client = await stripe();
  for (let tried = 0; ; tried++) {
    try {
      const refund = await client.refunds.create(
        { payment_intent: intentId, ...part, metadata: { key } },
        { idempotencyKey: tried === 0 ? key : `${key}:${tried}` },
      );
      return { kind: "refunded", refund: refundOf(refund) };
    } catch (error) {
      const failure = failureOf(error);
      if (failure.kind === "refused" && failure.code === "charge_already_refunded")
        return (await found(intentId, key)) ?? { kind: "already_refunded" };
      if (failure.kind !== "failed") return { kind: "refused", code: failure.code };
      const made = await found(intentId, key);
      if (made) return made;
      if (tried === mostTries) return { kind: "refused", code: "provider_failed" };
    }
  }
}

async function found(intentId: string, key: string): Promise<Refunding | null> {
  const refund = (await listRefunds(intentId)).find((one) => one.key === key);
  return refund ? { kind: "refunded", refund } : null;
}

/** All refunds of an intent, whoever made them. */
export async function listRefunds(intentId: string): Promise<ProviderRefund[]> {
  try {
    const list = (await stripe()).refunds.list({ payment_intent: intentId, limit: 100 });
    const refunds: ProviderRefund[] = [];
    for await (const refund of list) refunds.push(refundOf(refund));
    return refunds;
  } catch (error) {
    failureOf(error);
    throw error;
  }
}

function refundOf(refund: Stripe.Refund): ProviderRefund {
  const { id, payment_intent: intent, status, metadata, created } = refund;
  return {
    id,
    intentId: typeof intent === "string" ? intent : (intent?.id ?? ""),
    key: metadata?.key ?? null,
    status: refundStatuses.find((one) => one === status) ?? "pending",
    failureReason: refund.failure_reason ?? null,
    createdAt: created * 1_000,
    ...fromStripe(refund),
  };
}
