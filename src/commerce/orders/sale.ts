import { eq } from "drizzle-orm";
import type { Consumer } from "../../jobs/consume";
import { recordSale } from "../catalog/sales";
import { orderLines, orders } from "./tables";

/** What the catalogue learns of a paid order: what is popular, and who may review it. */
export const rememberSale: Consumer<"order.paid"> = async (ctx, { payload }, once) => {
  const { orderId } = payload;
  const [[order], lines] = await ctx.db.batch([
    ctx.db.select({ customerId: orders.customerId }).from(orders).where(eq(orders.id, orderId)),
    ctx.db
      .select({ productId: orderLines.productId, quantity: orderLines.quantity })
      .from(orderLines)
      .where(eq(orderLines.orderId, orderId)),
  ]);
  if (order) await ctx.db.batch([once, ...recordSale(ctx, order.customerId, lines)]);
};

/** What a guest ordered belongs to the account that the guest signed in to. */
export const moveOrders: Consumer<"guest.merged"> = async (ctx, { payload }, once) => {
  const { guestId, userId } = payload;
  await ctx.db.batch([
    once,
    ctx.db.update(orders).set({ customerId: userId }).where(eq(orders.customerId, guestId)),
  ]);
};
