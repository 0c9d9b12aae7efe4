import type { Stripe } from "stripe";
import type { Money } from "../../lib/money";
import { fromStripe } from "../../lib/stripeUnits";
import { failureOf } from "./failure";
import { type DisputeStatus, disputeStatuses } from "./statuses";
import { stripe } from "./stripe";

/** Money that a dispute took (negative) or gave back, and the fee for it, in the same currency. */
export type DisputeMovement = { id: string; fee: number } & Money;

export type ProviderDispute = {
  id: string;
  intentId: string | null;
  status: DisputeStatus;
  reason: string;
  createdAt: number;
  movements: DisputeMovement[];
} & Money;

/** Null if the provider knows no such dispute. */
export async function retrieveDispute(id: string): Promise<ProviderDispute | null> {
  try {
    return disputeOf(await (await stripe()).disputes.retrieve(id));
  } catch (error) {
    const failure = failureOf(error);
    if (failure.kind === "refused" && failure.code === "resource_missing") return null;
    throw error;
  }
}

function disputeOf(dispute: Stripe.Dispute): ProviderDispute {
  const { id, payment_intent: intent, status, reason, created } = dispute;
  return {
    id,
    intentId: typeof intent === "string" ? intent : (intent?.id ?? null),
    status: disputeStatuses.find((one) => one === status) ?? "needs_response",
    reason,
    createdAt: created * 1_000,
    movements: dispute.balance_transactions.map(({ id: movement, amount, currency, fee }) => ({
      id: movement,
      ...fromStripe({ amount, currency }),
      fee: fromStripe({ amount: fee, currency }).amount,
    })),
    ...fromStripe(dispute),
  };
}
