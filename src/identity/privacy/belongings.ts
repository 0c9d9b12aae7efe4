import { and, eq, ne } from "drizzle-orm";
import { cartLines, carts as cartTable } from "../../commerce/cart/tables";
import { purchases, reviews } from "../../commerce/catalog/tables";
import { media as mediaTable } from "../../commerce/media/tables";
import { merchantMembers } from "../../commerce/merchants/tables";
import { orders } from "../../commerce/orders/tables";
import { tasks, taskView } from "../../tasks/tables";
import { dated } from "./identity";
import type { Keeper } from "./keepers";

/** Work stays with those it was done for. */
export const tasksKept: Keeper = {
  async tell(ctx, userId) {
    const mine = await ctx.db.select(taskView).from(tasks).where(eq(tasks.assigneeId, userId));
    return mine.map(dated);
  },
};

export const memberships: Keeper = {
  async tell(ctx, userId) {
    const { merchantId, role, createdAt } = merchantMembers;
    const rows = await ctx.db
      .select({ merchantId, role, createdAt })
      .from(merchantMembers)
      .where(eq(merchantMembers.userId, userId));
    return rows.map(dated);
  },
};

export const carts: Keeper = {
  async tell(ctx, userId) {
    const { variantId, quantity, addedAt } = cartLines;
    const rows = await ctx.db
      .select({ variantId, quantity, addedAt })
      .from(cartLines)
      .where(eq(cartLines.userId, userId));
    return rows.map(dated);
  },
  forget: (ctx, userId) => [
    ctx.db.delete(cartLines).where(eq(cartLines.userId, userId)),
    ctx.db.delete(cartTable).where(eq(cartTable.userId, userId)),
  ],
};

/** Who bought what stays as long as the books do, under an id that says nothing. */
export const purchasesKept: Keeper = {
  async tell(ctx, userId) {
    const { productId, boughtAt } = purchases;
    const rows = await ctx.db
      .select({ productId, boughtAt })
      .from(purchases)
      .where(eq(purchases.userId, userId));
    return rows.map(dated);
  },
};

/** The books need who was invoiced for what, for years; what was only said along the way goes. */
export const ordersKept: Keeper = {
  async tell(ctx, userId) {
    const { id, number, status, currency, total, email, shippingAddress, note } = orders;
    const rows = await ctx.db
      .select({ id, number, status, currency, total, email, shippingAddress, note, ...orderTimes })
      .from(orders)
      .where(eq(orders.customerId, userId));
    return rows.map(dated);
  },
  forget: (ctx, userId, now) => [
    ctx.db
      .update(orders)
      .set({ email: null, note: null, updatedAt: now })
      .where(eq(orders.customerId, userId)),
  ],
};
const orderTimes = { createdAt: orders.createdAt, paidAt: orders.paidAt };

/** A review helps others; it stays without a name. */
export const reviewsKept: Keeper = {
  async tell(ctx, userId) {
    const { id, productId, rating, text, createdAt } = reviews;
    const rows = await ctx.db
      .select({ id, productId, rating, text, createdAt })
      .from(reviews)
      .where(eq(reviews.userId, userId));
    return rows.map(dated);
  },
};

/** Pictures of a person go; those of products belong to the merchant. */
export const media: Keeper = {
  async tell(ctx, userId) {
    const { key, purpose, type, name, bytes, createdAt } = mediaTable;
    const rows = await ctx.db
      .select({ key, purpose, type, name, bytes, createdAt })
      .from(mediaTable)
      .where(and(eq(mediaTable.ownerId, userId), ne(mediaTable.state, "deleted")));
    return rows.map(dated);
  },
  forget: (ctx, userId, now) => [
    ctx.db
      .update(mediaTable)
      .set({ state: "deleted", updatedAt: now })
      .where(and(eq(mediaTable.ownerId, userId), eq(mediaTable.purpose, "avatar"))),
  ],
};
