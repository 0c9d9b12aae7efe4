import { sql } from "drizzle-orm";
import type { Context } from "../../data/context";
import { editCart, isExpected, whyUnexpected } from "./edit";
import { refuse } from "./problems";
import type { Cart, CartQuery } from "./schema";
import { carts } from "./tables";

/** A code of the platform, or of a merchant whose goods are in the cart. Whether it gives anything, the answer explains. */
export function enterCode(ctx: Context, query: CartQuery, code: string): Promise<Cart> {
  const me = ctx.actor.id;
  const isKnown = sql`EXISTS (SELECT 1 FROM promotions WHERE code IS NOT NULL AND code = ${code}
    AND status = 'active' AND (merchant_id IS NULL OR merchant_id IN (SELECT v.merchant_id
      FROM cart_lines l JOIN variants v ON v.id = l.variant_id WHERE l.user_id = ${me})))`;
  const change = ctx.db
    .update(carts)
    .set({ code })
    .where(sql`${carts.userId} = ${me} AND ${isExpected(ctx)} AND ${isKnown}`);
  return editCart(
    ctx,
    query,
    change,
    async () => (await whyUnexpected(ctx)) ?? refuse("unknown_promotion_code"),
  );
}

export function dropCode(ctx: Context, query: CartQuery): Promise<Cart> {
  const change = ctx.db
    .update(carts)
    .set({ code: null })
    .where(sql`${carts.userId} = ${ctx.actor.id} AND ${isExpected(ctx)} AND code IS NOT NULL`);
  return editCart(ctx, query, change, () => whyUnexpected(ctx));
}
