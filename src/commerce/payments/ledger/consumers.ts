import { sql } from "drizzle-orm";
import type { BatchItem } from "drizzle-orm/batch";
import { Unavailable } from "../../../data/attempt";
import type { Context } from "../../../data/context";
import { demand, isUnmet } from "../../../data/demand";
import { commit } from "../../../data/outbox";
import type { Consumer } from "../../../jobs/consume";
import { minute } from "../../../lib/time";
import { retrieveDispute } from "../disputes";
import { retrieveIntent } from "../payments";
import { providerRefunds } from "../tables";
import { isPosted, post, reverse } from "./post";
import { dispute, divide, fee, refund, refundPaid } from "./postings";
import { partsOf, standingOf } from "./standing";

type Once = BatchItem<"sqlite">;

/** What the provider kept of a payment, as soon as it says so. */
export const postFee: Consumer<"payment.changed"> = async (ctx, { payload }, once) => {
  const { intentId, claims } = payload;
  const intent = claims === "succeeded" ? await retrieveIntent(intentId) : null;
  if (intent?.status !== "succeeded") return commit(ctx, [once]);
  if (!intent.fee) throw new Unavailable("the provider does not know its fee yet", 60);
  const { amount, currency } = intent.fee;
  const about = { orderId: null, intentId, currency, at: Date.now() };
  return commit(ctx, [once, ...post(ctx, fee(about, `fee:${intentId}`, amount))]);
};

/**
 * Follows a refund: it is owed, paid, and perhaps returned. Who loses by it was written down by
 * whoever decided it; of one that nobody here decided, every merchant bears a part.
 */
export const postRefund: Consumer<"refund.mirrored"> = async (ctx, { payload }, once) => {
  const { id, intentId } = payload;
  const [mirror] = await ctx.db
    .select()
    .from(providerRefunds)
    .where(sql`${providerRefunds.id} = ${id}`);
  const standing = await standingOf(ctx, intentId);
  if (!mirror || !standing) return awaitSale(ctx, once, mirror?.createdAt ?? 0);
  const { orderId, currency, left, unchanged } = standing;
  const { status, amount } = mirror;
  const key = mirror.key ?? id;
  const at = Date.now();
  const about = { orderId, intentId, currency, at };
  const ended = status === "failed" || status === "canceled";
  return commitUnmoved(ctx, [
    once,
    demand(ctx, sql`${isPosted(`refund:${key}`)} OR ${unchanged}`),
    ...post(ctx, refund(about, key, divide(amount, left))),
    ...(status === "succeeded"
      ? post(ctx, refundPaid(about, key, amount), sql`NOT ${isPosted(`refund_cancelled:${key}`)}`)
      : []),
    ...(ended
      ? [
          ...reverse(ctx, `refund_paid:${key}`, {
            kind: "refund_returned",
            reference: `refund_returned:${key}`,
            at,
          }),
          ...reverse(ctx, `refund:${key}`, {
            kind: "refund_cancelled",
            reference: `refund_cancelled:${key}`,
            at,
          }),
        ]
      : []),
  ]);
};

/** Each movement of money that a dispute made; the merchants share the sum, the platform bears the fee. */
export const postDispute: Consumer<"dispute.changed"> = async (ctx, { payload }, once) => {
  const found = await retrieveDispute(payload.disputeId);
  if (!found?.intentId) return commit(ctx, [once]);
  const { id: disputeId, intentId, movements, amount } = found;
  for (const [i, movement] of movements.entries()) {
    const standing = await standingOf(ctx, intentId);
    if (!standing) throw noSale();
    const { orderId, currency, left, unchanged } = standing;
    const reference = `dispute:${movement.id}`;
    const about = { orderId, intentId, currency, at: Date.now() };
    const taken = movement.amount < 0;
    const parts = taken ? divide(amount, left) : await partsOf(ctx, `dispute:${movements[0]?.id}`);
    const cost = { ...about, orderId: null, currency: movement.currency };
    await commitUnmoved(ctx, [
      demand(ctx, sql`${isPosted(reference)} OR ${unchanged}`),
      ...post(ctx, dispute(about, reference, parts, taken ? "taken" : "given back")),
      ...post(ctx, fee(cost, `fee:${disputeId}:${i}`, movement.fee)),
    ]);
  }
  return commit(ctx, [once]);
};

/** Refunds of payments that never became a sale, which only the checkout makes, are not in the books. */
function awaitSale(ctx: Context<null>, once: Once, createdAt: number): Promise<unknown> {
  if (Date.now() - createdAt < 10 * minute) throw noSale();
  return commit(ctx, [once]);
}

const noSale = () => new Unavailable("the sale is not in the ledger yet", 5);

/** What was shared out by how things stood must still stand so. */
async function commitUnmoved(ctx: Context<null>, statements: [Once, ...Once[]]): Promise<unknown> {
  return commit(ctx, statements).catch((error) => {
    throw isUnmet(error) ? new Unavailable("the payment moved meanwhile", 1) : error;
  });
}
