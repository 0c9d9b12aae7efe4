import { and, eq, inArray, sql } from "drizzle-orm";
import type { Context } from "../../data/context";
import { demand, isUnmet } from "../../data/demand";
import { commit, emit, send } from "../../data/outbox";
import { cartLines, carts } from "../cart/tables";
import { noteStatus } from "../orders/history";
import { merchantOrders, orderLines, orders } from "../orders/tables";
import { whence } from "../orders/transitions";
import { post } from "../payments/ledger/post";
import { sale } from "../payments/ledger/postings";
import { capReached, holdPromotions, settlePromotions } from "../promotions/uses";
import type { CheckoutEvent } from "./events";
import { type Frozen, lineRows, merchantRows, orderRow } from "./frozen";
import type { Ending, ReviewReason } from "./state";
import { checkouts, reviews } from "./tables";

type Ctx = Context<null>;

const isLive = (id: string) =>
  sql`EXISTS (SELECT 1 FROM checkouts WHERE id = ${id} AND state = 'live')`;

/** One live checkout for each cart, and only of the cart as it was quoted. */
export async function openCheckout(ctx: Ctx, id: string, frozen: Frozen): Promise<CheckoutEvent> {
  const { customerId, cartVersion, hash } = frozen;
  const [, [mine], [live]] = await ctx.database.repeatable.batch([
    ctx.db
      .insert(checkouts)
      .select(
        sql`SELECT ${id}, ${customerId}, 'live', ${hash}, NULL, ${Date.now()}, NULL
          WHERE EXISTS (SELECT 1 FROM carts WHERE user_id = ${customerId} AND version = ${cartVersion})`,
      )
      .onConflictDoNothing(),
    ctx.db.select({ state: checkouts.state }).from(checkouts).where(eq(checkouts.id, id)),
    ctx.db
      .select({ checkoutId: checkouts.id, hash: checkouts.hash })
      .from(checkouts)
      .where(and(eq(checkouts.customerId, customerId), eq(checkouts.state, "live"))),
  ]);
  if (mine?.state === "live") return { type: "opened" };
  return { type: "openRefused", live: mine ? null : (live ?? null) };
}

/** The order with its lines, its holds of promotions and its history, while the checkout is live. */
export async function recordOrder(ctx: Ctx, id: string, frozen: Frozen): Promise<CheckoutEvent> {
  const { orderId, customerId, quote } = frozen;
  const now = Date.now();
  const uses = quote.promotions.map(({ promotionId, amount }) => ({ promotionId, amount }));
  const { currency } = quote;
  try {
    await commit(ctx, [
      demand(ctx, isLive(id)),
      ctx.db.insert(orders).values(orderRow(id, frozen)).onConflictDoNothing(),
      noteStatus(ctx, orderId, "pending_payment", { now }),
      emit(ctx, "order.created", { orderId }),
      ctx.db
        .insert(merchantOrders)
        .select(
          sql`SELECT ${orderId}, value->>'merchantId', value->>'gross', value->>'discount',
            value->>'shipping', value->>'tax', value->>'total', value->>'commission'
            FROM json_each(${JSON.stringify(merchantRows(frozen))}) WHERE true`,
        )
        .onConflictDoNothing(),
      ctx.db
        .insert(orderLines)
        .select(
          sql`SELECT ${orderId}, value->>'merchantId', value->>'variantId', value->>'productId',
            value->>'sku', value->>'title', value->>'quantity', value->>'unitPrice',
            value->>'discount', value->>'taxRate', value->>'tax', value->>'total',
            value->>'commissionRate', value->>'commission', 0, 0, 0
            FROM json_each(${JSON.stringify(lineRows(frozen))}) WHERE true`,
        )
        .onConflictDoNothing(),
      ...holdPromotions(ctx.db, { checkoutId: id, customerId, currency, uses, now }),
    ]);
  } catch (error) {
    if (isUnmet(error)) return { type: "recordRefused", reason: "cart_changed" };
    if (capReached(error)) return { type: "recordRefused", reason: "promotion_exhausted" };
    throw error;
  }
  await send(ctx);
  return { type: "recorded" };
}

/** Paid: the number, the promotions' uses, the emptied cart and everything that follows, once. */
export async function completeOrder(
  ctx: Ctx,
  id: string,
  frozen: Frozen,
  intentId: string | null,
): Promise<CheckoutEvent> {
  const { orderId, customerId, cartVersion, quote } = frozen;
  const now = Date.now();
  const asBought = sql`user_id = ${customerId} AND version = ${cartVersion}`;
  const [, , , , , , , , , [order]] = await commit(ctx, [
    ctx.db
      .update(orders)
      .set({
        status: "paid",
        number: sql`(SELECT coalesce(max(number), 1000) + 1 FROM orders)`,
        intentId,
        captured: sql`${orders.total}`,
        paidAt: now,
        updatedAt: now,
        version: sql`${orders.version} + 1`,
      })
      .where(and(eq(orders.id, orderId), inArray(orders.status, whence("paid")))),
    noteStatus(ctx, orderId, "paid", { now }),
    emit(ctx, "order.paid", { orderId }),
    ctx.db
      .update(checkouts)
      .set({ state: "paid", endedAt: now })
      .where(and(eq(checkouts.id, id), eq(checkouts.state, "live"))),
    ...settlePromotions(ctx.db, id, "used", now),
    ctx.db
      .delete(cartLines)
      .where(
        sql`${cartLines.userId} = ${customerId} AND EXISTS (SELECT 1 FROM carts WHERE ${asBought})`,
      ),
    ctx.db
      .update(carts)
      .set({ code: null, version: sql`${carts.version} + 1`, updatedAt: now })
      .where(asBought),
    ctx.db.select({ status: orders.status }).from(orders).where(eq(orders.id, orderId)),
    ...post(
      ctx,
      sale({ orderId, intentId, currency: quote.currency, at: now }, quote.merchants),
      sql`EXISTS (SELECT 1 FROM orders WHERE id = ${orderId} AND status = 'paid')`,
    ),
  ]);
  await send(ctx);
  const isPaid = order && ["paid", "processing", "completed"].includes(order.status);
  return { type: isPaid ? "completed" : "completeRefused" };
}

/** Ended without payment. A checkout that never came to open is written as closed, so that it never will. */
export async function closeCheckout(
  ctx: Ctx,
  id: string,
  frozen: Frozen,
  ending: { orderStatus: "expired" | "cancelled"; reason: Ending },
): Promise<CheckoutEvent> {
  const { orderId, customerId, hash } = frozen;
  const { orderStatus, reason } = ending;
  const now = Date.now();
  await commit(ctx, [
    ctx.db
      .insert(checkouts)
      .values({ id, customerId, hash, reason, state: "closed", createdAt: now, endedAt: now })
      .onConflictDoUpdate({
        target: checkouts.id,
        set: { state: "closed", reason, endedAt: now },
        setWhere: eq(checkouts.state, "live"),
      }),
    ctx.db
      .update(orders)
      .set({ status: orderStatus, updatedAt: now, version: sql`${orders.version} + 1` })
      .where(and(eq(orders.id, orderId), inArray(orders.status, whence("expired")))),
    noteStatus(ctx, orderId, orderStatus, { reason, now }),
    emit(ctx, "order.ended", { orderId, reason }),
    ...settlePromotions(ctx.db, id, "released", now),
  ]);
  await send(ctx);
  return { type: "closed" };
}

/** What an administrator has to look at before anything is shipped. */
export async function recordReview(
  ctx: Ctx,
  id: string,
  { orderId }: Frozen,
  reason: ReviewReason,
): Promise<CheckoutEvent> {
  await commit(ctx, [
    ctx.db
      .insert(reviews)
      .values({ checkoutId: id, orderId, reason, createdAt: Date.now() })
      .onConflictDoNothing(),
    emit(ctx, "order.review", { orderId, reason }),
  ]);
  await send(ctx);
  return { type: "reviewed" };
}
