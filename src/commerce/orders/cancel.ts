import { env } from "cloudflare:workers";
import { and, eq, inArray, sql } from "drizzle-orm";
import type { Context } from "../../data/context";
import { commit, emit } from "../../data/outbox";
import { isAtLeast } from "../../identity/roles";
import { audited } from "../../identity/trail";
import type { Consumer } from "../../jobs/consume";
import { refundPayment } from "../payments/refunds";
import { noteStatus } from "./history";
import { readOrder } from "./orders";
import { refuse } from "./problems";
import type { Order } from "./schema";
import { orderLines, orders } from "./tables";
import { whence } from "./transitions";

/**
 * Until something is shipped. An unpaid order ends with its checkout, which stops the payment first;
 * a paid one is refunded in full, and its goods go back, after it is cancelled.
 */
export async function cancelOrder(ctx: Context, id: string, reason: string | null): Promise<Order> {
  const order = await ctx.db
    .select({ checkoutId: orders.checkoutId, status: orders.status })
    .from(orders)
    .where(and(eq(orders.id, id), mayCancel(ctx)))
    .get();
  if (!order) throw refuse("order_not_found");
  if (order.status === "pending_payment") {
    const ended = await env.CHECKOUT.getByName(order.checkoutId).end("cancelled");
    if (ended === "closed") return readOrder(ctx, id);
    if (ended === "busy") throw refuse("payment_in_progress");
  }
  const now = Date.now();
  const [cancelled] = await commit(ctx, [
    ctx.db
      .update(orders)
      .set({
        status: "cancelled",
        refundReserved: sql`${orders.captured}`,
        updatedAt: now,
        version: sql`${orders.version} + 1`,
      })
      .where(
        and(
          eq(orders.id, id),
          inArray(orders.status, paidStatuses),
          mayCancel(ctx),
          eq(orders.refundReserved, 0),
          sql`NOT EXISTS (SELECT 1 FROM order_lines WHERE order_id = ${id} AND shipped > 0)`,
        ),
      )
      .returning({ id: orders.id }),
    noteStatus(ctx, id, "cancelled", { reason, now }),
    emit(ctx, "order.cancelled", { orderId: id }),
    audited(ctx, { action: "order.cancelled", target: ["order", id] }),
  ]);
  if (cancelled.length === 0) throw refuse("not_cancellable");
  return readOrder(ctx, id);
}

const paidStatuses = whence("cancelled").filter((status) => status !== "pending_payment");

const mayCancel = (ctx: Context) =>
  isAtLeast(ctx.actor.role, "admin") ? undefined : eq(orders.customerId, ctx.actor.id);

/** The money first, then the goods; each is asked for once, however often this runs. */
export const returnCancelled: Consumer<"order.cancelled"> = async (ctx, { payload }, once) => {
  const { orderId } = payload;
  const [[order], lines] = await ctx.db.batch([
    ctx.db
      .select({ intentId: orders.intentId, captured: orders.captured })
      .from(orders)
      .where(eq(orders.id, orderId)),
    ctx.db
      .select({ variantId: orderLines.variantId, quantity: orderLines.quantity })
      .from(orderLines)
      .where(eq(orderLines.orderId, orderId)),
  ]);
  if (order?.intentId && order.captured > 0) {
    const refunded = await refundPayment({
      intentId: order.intentId,
      key: `refund:cancel:${orderId}`,
    });
    if (refunded.kind === "refused") throw new Error(`refund refused: ${refunded.code}`);
  }
  for (const { variantId, quantity } of lines)
    await env.SKU_STOCK.getByName(variantId).restock(quantity, `cancel:${orderId}`, {
      reason: "order cancelled",
    });
  await commit(ctx, [once]);
};
