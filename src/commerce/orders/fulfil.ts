import { and, eq, inArray, isNull, sql } from "drizzle-orm";
import type { Context } from "../../data/context";
import { violates } from "../../data/database";
import { demand, isUnmet } from "../../data/demand";
import { commit, emit } from "../../data/outbox";
import { audited } from "../../identity/trail";
import { newId } from "../../lib/id";
import { isMember } from "../merchants/membership";
import { noteStatus } from "./history";
import { readOrder } from "./orders";
import { refuse } from "./problems";
import type { NewFulfilment, Order } from "./schema";
import { fulfilments, orderLines, orders } from "./tables";
import { whence } from "./transitions";

const shippable = sql`('paid', 'processing')`;

/** A parcel of one merchant, by its staff; never more of a line than was ordered. */
export async function shipParcel(ctx: Context, id: string, parcel: NewFulfilment): Promise<Order> {
  const fulfilmentId = newId();
  const now = Date.now();
  const lines = JSON.stringify(parcel.lines);
  const mine = sql`FROM json_each(${lines}) j JOIN order_lines ON order_lines.order_id = ${id}
    AND order_lines.variant_id = j.value->>'variantId'
    WHERE ${isMember(ctx, orderLines.merchantId, "staff")}`;
  await commit(
    ctx,
    [
      demand(ctx, sql`(SELECT count(*) ${mine}) = ${parcel.lines.length}`),
      demand(ctx, sql`EXISTS (SELECT 1 FROM orders WHERE id = ${id} AND status IN ${shippable})`),
      ctx.db.insert(fulfilments).select(
        sql`SELECT ${fulfilmentId}, ${id}, max(order_lines.merchant_id), ${lines},
          ${parcel.carrier ?? null}, ${parcel.trackingNumber ?? null}, ${now}, NULL ${mine}
          HAVING count(DISTINCT order_lines.merchant_id) = 1`,
      ),
      demand(ctx, sql`EXISTS (SELECT 1 FROM fulfilments WHERE id = ${fulfilmentId})`),
      ctx.db
        .update(orderLines)
        .set({
          shipped: sql`${orderLines.shipped} + (SELECT sum(value->>'quantity')
            FROM json_each(${lines}) WHERE value->>'variantId' = order_lines.variant_id)`,
        })
        .where(
          sql`${orderLines.orderId} = ${id} AND ${orderLines.variantId} IN
            (SELECT value->>'variantId' FROM json_each(${lines}))`,
        ),
      emit(ctx, "order.shipped", { orderId: id, fulfilmentId }),
      audited(ctx, { action: "order.shipped", target: ["order", id], detail: { fulfilmentId } }),
      ctx.db
        .update(orders)
        .set({ status: "processing", updatedAt: now, version: sql`${orders.version} + 1` })
        .where(and(eq(orders.id, id), inArray(orders.status, whence("processing")))),
      noteStatus(ctx, id, "processing", { now }),
    ],
    `/orders/${id}`,
  ).catch((error) => explain(ctx, id, parcel, error));
  return readOrder(ctx, id);
}

/** All parcels of one's merchants have arrived; with the last of the order it is completed. */
export async function deliverParcels(ctx: Context, id: string): Promise<Order> {
  const now = Date.now();
  const [delivered] = await commit(ctx, [
    ctx.db
      .update(fulfilments)
      .set({ deliveredAt: now })
      .where(
        and(
          eq(fulfilments.orderId, id),
          isNull(fulfilments.deliveredAt),
          isMember(ctx, fulfilments.merchantId, "staff"),
        ),
      )
      .returning({ id: fulfilments.id }),
    audited(ctx, { action: "order.delivered", target: ["order", id] }),
    ctx.db
      .update(orders)
      .set({ status: "completed", updatedAt: now, version: sql`${orders.version} + 1` })
      .where(
        and(
          eq(orders.id, id),
          inArray(orders.status, whence("completed")),
          sql`NOT EXISTS (SELECT 1 FROM order_lines WHERE order_id = ${id} AND shipped < quantity)`,
          sql`NOT EXISTS (SELECT 1 FROM fulfilments WHERE order_id = ${id} AND delivered_at IS NULL)`,
        ),
      ),
    noteStatus(ctx, id, "completed", { now }),
  ]);
  const order = await readOrder(ctx, id);
  if (delivered.length === 0) throw refuse("nothing_to_deliver");
  return order;
}

/** Which of the conditions did not hold. */
async function explain(ctx: Context, id: string, parcel: NewFulfilment, error: unknown) {
  if (violates(error, "order_lines_shipped")) throw refuse("shipped_already");
  if (!isUnmet(error)) throw error;
  const order = await readOrder(ctx, id).catch(() => null);
  const wanted = new Set(parcel.lines.map(({ variantId }) => variantId));
  const rows = await ctx.db
    .select({ merchantId: orderLines.merchantId, variantId: orderLines.variantId })
    .from(orderLines)
    .where(and(eq(orderLines.orderId, id), isMember(ctx, orderLines.merchantId, "staff")));
  const found = rows.filter(({ variantId }) => wanted.has(variantId));
  if (!order || found.length !== parcel.lines.length) throw refuse("not_yours_to_ship");
  const merchants = new Set(found.map(({ merchantId }) => merchantId));
  throw refuse(merchants.size > 1 ? "several_merchants" : "not_shippable");
}
