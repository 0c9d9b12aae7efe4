import { and, desc, eq, lt, or, sql } from "drizzle-orm";
import type { SQLiteColumn } from "drizzle-orm/sqlite-core";
import type { Context } from "../../data/context";
import { afterCursor, type Page, type PageQuery, pageOf } from "../../http/page";
import { isAtLeast } from "../../identity/roles";
import { isMember, whyNotMember } from "../merchants/membership";
import { type OrderRow, presentOrder, presentSummary } from "./present";
import { refuse } from "./problems";
import type { Order, OrderFilter, OrderSummary } from "./schema";
import { fulfilments, merchantOrders, orderHistory, orderLines, orders } from "./tables";

const orderView = {
  id: orders.id,
  number: orders.number,
  customerId: orders.customerId,
  status: orders.status,
  currency: orders.currency,
  gross: orders.gross,
  discount: orders.discount,
  shipping: orders.shipping,
  tax: orders.tax,
  total: orders.total,
  captured: orders.captured,
  refundReserved: orders.refundReserved,
  shippingAddress: orders.shippingAddress,
  note: orders.note,
  createdAt: orders.createdAt,
  paidAt: orders.paidAt,
  updatedAt: orders.updatedAt,
  version: orders.version,
};

const isAdmin = (ctx: Context) => isAtLeast(ctx.actor.role, "admin");

/** The customer and administrators see all of an order, members of a merchant what is theirs. */
export async function readOrder(ctx: Context, id: string): Promise<Order> {
  const me = ctx.actor.id;
  const all = isAdmin(ctx)
    ? sql`1`
    : sql`EXISTS (SELECT 1 FROM orders o WHERE o.id = ${id} AND o.customer_id = ${me})`;
  const seen = (merchant: SQLiteColumn) => or(all, isMember(ctx, merchant, "staff"));
  const [[order], lines, parts, parcels, history] = await ctx.db.batch([
    ctx.db.select(orderView).from(orders).where(eq(orders.id, id)),
    ctx.db
      .select()
      .from(orderLines)
      .where(and(eq(orderLines.orderId, id), seen(orderLines.merchantId)))
      .orderBy(orderLines.variantId),
    ctx.db
      .select()
      .from(merchantOrders)
      .where(and(eq(merchantOrders.orderId, id), seen(merchantOrders.merchantId)))
      .orderBy(merchantOrders.merchantId),
    ctx.db
      .select()
      .from(fulfilments)
      .where(and(eq(fulfilments.orderId, id), seen(fulfilments.merchantId)))
      .orderBy(fulfilments.id),
    ctx.db
      .select()
      .from(orderHistory)
      .where(eq(orderHistory.orderId, id))
      .orderBy(orderHistory.sequence),
  ]);
  const mayReadAll = order?.customerId === me || isAdmin(ctx);
  const isPending = order?.status === "pending_payment";
  if (!order || parts.length === 0 || (isPending && !mayReadAll)) throw refuse("order_not_found");
  return presentOrder(mayReadAll ? order : partial(order, parts), lines, parts, parcels, history);
}

/** What a merchant's member sees of the sums: those of the merchants' own parts. */
function partial(order: OrderRow, parts: readonly (typeof merchantOrders.$inferSelect)[]) {
  const sum = (of: "gross" | "discount" | "shipping" | "tax" | "total") =>
    parts.reduce((total, part) => total + part[of], 0);
  return {
    ...order,
    gross: sum("gross"),
    discount: sum("discount"),
    shipping: sum("shipping"),
    tax: sum("tax"),
    total: sum("total"),
  };
}

/** One's own, or with `merchantId` those that a merchant has a paid part in; newest first. */
export async function listOrders(
  ctx: Context,
  { merchantId, status, limit, cursor }: OrderFilter & PageQuery,
): Promise<Page<OrderSummary>> {
  const list = `orders|${ctx.actor.id}|${merchantId}|${status}`;
  const after = await afterCursor<readonly [string]>(list, cursor);
  const where = and(
    after ? lt(orders.id, after[0]) : undefined,
    status && eq(orders.status, status),
    merchantId ? sql`${orders.paidAt} IS NOT NULL` : eq(orders.customerId, ctx.actor.id),
  );
  const rows = merchantId
    ? await ctx.db
        .select({
          ...orderView,
          gross: merchantOrders.gross,
          discount: merchantOrders.discount,
          shipping: merchantOrders.shipping,
          tax: merchantOrders.tax,
          total: merchantOrders.total,
        })
        .from(merchantOrders)
        .innerJoin(orders, eq(orders.id, merchantOrders.orderId))
        .where(
          and(
            eq(merchantOrders.merchantId, merchantId),
            isMember(ctx, merchantOrders.merchantId, "staff"),
            where,
          ),
        )
        .orderBy(desc(merchantOrders.orderId))
        .limit(limit + 1)
    : await ctx.db
        .select(orderView)
        .from(orders)
        .where(where)
        .orderBy(desc(orders.id))
        .limit(limit + 1);
  if (merchantId && rows.length === 0) {
    const problem = await whyNotMember(ctx, merchantId, "staff");
    if (problem) throw problem;
  }
  return pageOf(list, rows.map(presentSummary), limit, (last) => [last.id]);
}
