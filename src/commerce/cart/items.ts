import { sql } from "drizzle-orm";
import type { Context } from "../../data/context";
import { editCart, isExpected, whyUnexpected } from "./edit";
import { mostLines, mostUnits } from "./limits";
import { refuse } from "./problems";
import type { Cart, CartQuery, NewItem } from "./schema";
import { cartLines } from "./tables";

/** Adds to what is there, up to the most of one line; of what is for sale, and named by one variant. */
export async function addItem(ctx: Context, query: CartQuery, item: NewItem): Promise<Cart> {
  const me = ctx.actor.id;
  const named = item.variantId ? sql`v.id = ${item.variantId}` : sql`v.sku = ${item.sku}`;
  const ofMerchant = item.merchantId ? sql`AND v.merchant_id = ${item.merchantId}` : sql``;
  const found = sql`(SELECT v.id FROM variants v JOIN products p ON p.id = v.product_id
    JOIN merchants m ON m.id = v.merchant_id
    WHERE ${named} ${ofMerchant} AND v.archived_at IS NULL AND p.status = 'active'
      AND m.paused_at IS NULL LIMIT 2)`;
  const change = ctx.db
    .insert(cartLines)
    .select(
      sql`SELECT ${me}, v.id, ${item.quantity}, (SELECT json_group_object(currency, amount)
          FROM prices WHERE variant_id = v.id), NULL, NULL, ${Date.now()} FROM variants v
        WHERE v.id = (SELECT iif(count(*) = 1, max(id), NULL) FROM ${found}) AND ${isExpected(ctx)}
          AND ((SELECT count(*) FROM cart_lines WHERE user_id = ${me}) < ${mostLines}
            OR EXISTS (SELECT 1 FROM cart_lines WHERE user_id = ${me} AND variant_id = v.id))`,
    )
    .onConflictDoUpdate({
      target: [cartLines.userId, cartLines.variantId],
      set: {
        quantity: sql`min(${cartLines.quantity} + excluded.quantity, ${mostUnits})`,
        seenLeft: null,
      },
    });
  return editCart(ctx, query, change, async () => {
    const [row] = await ctx.db
      .select({ count: sql<number>`(SELECT count(*) FROM ${found})` })
      .from(sql`(SELECT 1)`);
    if (!row?.count) return refuse("item_not_found");
    if (row.count > 1) return refuse("sku_ambiguous");
    return (await whyUnexpected(ctx)) ?? refuse("cart_full");
  });
}

type Named = { sku: string; merchantId?: string | undefined };

export function setQuantity(
  ctx: Context,
  query: CartQuery,
  named: Named,
  quantity: number,
): Promise<Cart> {
  const change = ctx.db
    .update(cartLines)
    .set({ quantity, seenLeft: null, seenQuantity: null })
    .where(isLine(ctx, named));
  return editCart(ctx, query, change, () => whyNoLine(ctx, named));
}

export function removeItem(ctx: Context, query: CartQuery, named: Named): Promise<Cart> {
  const change = ctx.db.delete(cartLines).where(isLine(ctx, named));
  return editCart(ctx, query, change, () => whyNoLine(ctx, named));
}

/** The lines of one's cart that a SKU, or a variant's id, names. */
const namedLines = (ctx: Context, { sku, merchantId }: Named) =>
  sql`(SELECT l.variant_id FROM cart_lines l JOIN variants v ON v.id = l.variant_id
    WHERE l.user_id = ${ctx.actor.id} AND (v.sku = ${sku} OR v.id = ${sku})
      ${merchantId ? sql`AND v.merchant_id = ${merchantId}` : sql``})`;

const isLine = (ctx: Context, named: Named) =>
  sql`${cartLines.userId} = ${ctx.actor.id} AND ${cartLines.variantId} IN ${namedLines(ctx, named)}
    AND (SELECT count(*) FROM ${namedLines(ctx, named)}) = 1 AND ${isExpected(ctx)}`;

async function whyNoLine(ctx: Context, named: Named): Promise<Error | null> {
  const [row] = await ctx.db
    .select({ count: sql<number>`(SELECT count(*) FROM ${namedLines(ctx, named)})` })
    .from(sql`(SELECT 1)`);
  if (!row?.count) return refuse("line_not_found");
  return row.count > 1 ? refuse("sku_ambiguous") : whyUnexpected(ctx);
}
