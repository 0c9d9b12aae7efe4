import { type SQL, sql } from "drizzle-orm";
import type { BatchItem } from "drizzle-orm/batch";
import type { AnyContext } from "../../data/context";
import { listings } from "./tables";

/** Where a product may stand. */
export const shelf = {
  all: "all",
  featured: "featured",
  merchant: (id: string) => `m:${id}`,
  category: (id: string) => `c:${id}`,
  tag: (tag: string) => `t:${tag}`,
  /** What only the members of the merchant see. */
  own: (merchantId: string, status: string) => `own:${merchantId}:${status}`,
};

/** The market that counts where no currency is asked for. */
export const anyMarket = "*";

/** Whether any variant of `product` (an SQL expression) can be bought now. */
const canBeBought = (product: SQL) => sql`EXISTS (SELECT 1 FROM variants v
  LEFT JOIN inventory i ON i.variant_id = v.id
  WHERE v.product_id = ${product} AND v.archived_at IS NULL
    AND (v.oversell = 'untracked' OR i.available > 0))`;

/** The rows these products ought to have: each market they are priced for, on each shelf. */
const due = (ids: string) => sql`
  WITH chosen AS (
    SELECT p.id, p.merchant_id, p.category_id, p.tags, p.status, p.featured, p.sold,
      m.currency AS main, p.status = 'active' AND m.paused_at IS NULL AS public,
      ${canBeBought(sql`p.id`)} AS in_stock
    FROM json_each(${ids}) j JOIN products p ON p.id = j.value
      JOIN merchants m ON m.id = p.merchant_id),
  offers AS (
    SELECT c.id, r.currency, min(r.amount) AS price,
      row_number() OVER (PARTITION BY c.id ORDER BY r.currency <> c.main, r.currency) AS choice
    FROM chosen c JOIN variants v ON v.product_id = c.id AND v.archived_at IS NULL
      JOIN prices r ON r.variant_id = v.id
    GROUP BY c.id, r.currency),
  markets AS (
    SELECT id, currency AS market, currency, price FROM offers
    UNION ALL SELECT id, '*', currency, price FROM offers WHERE choice = 1),
  shelves AS (
    SELECT c.id, s.value AS shelf FROM chosen c, json_each(json_array(
      'own:' || c.merchant_id || ':' || c.status,
      iif(c.public, 'all', NULL),
      iif(c.public AND c.featured, 'featured', NULL),
      iif(c.public, 'm:' || c.merchant_id, NULL))) s WHERE s.value IS NOT NULL
    UNION ALL SELECT c.id, 'c:' || a.value FROM chosen c JOIN categories k ON k.id = c.category_id,
      json_each('["' || replace(k.path, '/', '","') || '"]') a WHERE c.public
    UNION ALL SELECT c.id, 't:' || t.value FROM chosen c, json_each(c.tags) t WHERE c.public)
  SELECT c.id AS product_id, s.shelf, m.market, m.currency, m.price, c.sold, c.in_stock
  FROM chosen c JOIN shelves s ON s.id = c.id JOIN markets m ON m.id = c.id WHERE true`;

/** Puts these products where they belong now, and writes only what differs. Follows every change. */
export function relist(ctx: AnyContext, productIds: readonly string[]) {
  const ids = JSON.stringify(productIds);
  return [
    ctx.db
      .insert(listings)
      .select(due(ids))
      .onConflictDoUpdate({
        target: [listings.productId, listings.shelf, listings.market],
        set: {
          currency: sql`excluded.currency`,
          price: sql`excluded.price`,
          sold: sql`excluded.sold`,
          inStock: sql`excluded.in_stock`,
        },
        setWhere: sql`(${listings.currency}, ${listings.price}, ${listings.sold}, ${listings.inStock})
          <> (excluded.currency, excluded.price, excluded.sold, excluded.in_stock)`,
      }),
    ctx.db.delete(listings).where(
      sql`${listings.productId} IN (SELECT value FROM json_each(${ids}))
        AND (${listings.productId}, ${listings.shelf}, ${listings.market}) NOT IN
          (SELECT product_id, shelf, market FROM (${due(ids)}))`,
    ),
  ] satisfies BatchItem<"sqlite">[];
}

/** After the inventory of these variants changed: writes only if a product sold out or came back. */
export function relistStock(ctx: AnyContext, variantIds: readonly string[]) {
  const inStock = canBeBought(sql`${listings.productId}`);
  return ctx.db
    .update(listings)
    .set({ inStock: inStock as SQL<boolean> })
    .where(
      sql`${listings.productId} IN (SELECT product_id FROM variants
        WHERE id IN (SELECT value FROM json_each(${JSON.stringify(variantIds)})))
        AND ${listings.inStock} <> ${inStock}`,
    );
}
