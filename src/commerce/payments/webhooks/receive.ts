import type { AnyContext } from "../../../data/context";
import { commit, emit } from "../../../data/outbox";
import { intentStatuses } from "../statuses";
import { paymentEvents } from "../tables";
import type { StripeEvent } from "./schema";

/**
 * Stores an event, and with it what follows, unless it is stored already. Once this returns the
 * provider may forget it.
 */
export async function receiveEvent(ctx: AnyContext, event: StripeEvent): Promise<void> {
  const { id, type, created, data } = event;
  const row = {
    id,
    type,
    subjectId: data.object.id ?? null,
    intentId: intentOf(event),
    createdAt: created * 1_000,
    receivedAt: Date.now(),
  };
  const store = ctx.db.insert(paymentEvents).values(row).onConflictDoNothing();
  const news = newsOf(ctx, event);
  await commit(ctx, news ? [store, news] : [store]);
}

const intentOf = ({ type, data }: StripeEvent): string | null =>
  (type.startsWith("payment_intent.") ? data.object.id : data.object.payment_intent) ?? null;

/** Ids only: whoever is told reads at the provider how things stand now. */
function newsOf(ctx: AnyContext, event: StripeEvent) {
  const { type, data } = event;
  const intentId = intentOf(event);
  if (type.startsWith("payment_intent.")) {
    const { checkoutId, attempt } = data.object.metadata ?? {};
    if (!intentId || !checkoutId || !ours.test(checkoutId)) return null;
    const claims = intentStatuses.find((status) => status === data.object.status) ?? null;
    return emit(ctx, "payment.changed", {
      checkoutId,
      intentId,
      attempt: Number(attempt) || 0,
      claims,
    });
  }
  if (type.startsWith("refund.") || type === "charge.refunded" || type === "charge.refund.updated")
    return intentId && emit(ctx, "refunds.changed", { intentId });
  if (type.startsWith("charge.dispute."))
    return data.object.id ? emit(ctx, "dispute.changed", { disputeId: data.object.id }) : null;
  return null;
}

/** What the name of a checkout may look like; whether there is one, its object knows. */
const ours = /^[\w-]{36,64}$/;
