import { and, eq, sql } from "drizzle-orm";
import type { AnyContext } from "../../data/context";
import type { Consumer } from "../../jobs/consume";
import { listings, products, purchases } from "./tables";

type Sold = { productId: string; quantity: number };

/**
 * What the catalogue learns of a paid order: how popular its products are, and who may review
 * them. To stand in the batch that pays the order, which happens once.
 */
export function recordSale(ctx: AnyContext, buyerId: string, sold: readonly Sold[]) {
  const json = JSON.stringify(sold);
  const ids = sql`(SELECT value->>'productId' FROM json_each(${json}))`;
  return [
    ctx.db
      .insert(purchases)
      .select(
        sql`SELECT DISTINCT ${buyerId}, value->>'productId', ${Date.now()}
          FROM json_each(${json}) WHERE true`,
      )
      .onConflictDoNothing(),
    ctx.db
      .update(products)
      .set({
        sold: sql`${products.sold} + (SELECT sum(value->>'quantity') FROM json_each(${json})
          WHERE value->>'productId' = products.id)`,
      })
      .where(sql`${products.id} IN ${ids}`),
    ctx.db
      .update(listings)
      .set({ sold: sql`(SELECT sold FROM products WHERE id = listings.product_id)` })
      .where(sql`${listings.productId} IN ${ids}`),
  ] as const;
}

/** What a guest bought belongs to the account that the guest became. */
export const movePurchases: Consumer<"guest.merged"> = async (ctx, { payload }, once) => {
  const { guestId, userId } = payload;
  await ctx.db.batch([
    once,
    ctx.db
      .insert(purchases)
      .select(
        sql`SELECT ${userId}, product_id, bought_at FROM purchases WHERE user_id = ${guestId}`,
      )
      .onConflictDoNothing(),
    ctx.db.delete(purchases).where(eq(purchases.userId, guestId)),
  ]);
};

/** For a WHERE clause: whether the person has paid for the product. */
export const hasBought = (ctx: AnyContext, userId: string, productId: string) =>
  sql`EXISTS ${ctx.db
    .select({ yes: sql`1` })
    .from(purchases)
    .where(and(eq(purchases.userId, userId), eq(purchases.productId, productId)))}`;
