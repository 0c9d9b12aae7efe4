import { type SQL, sql } from "drizzle-orm";
import type { BatchItem } from "drizzle-orm/batch";
import type { AnyContext } from "../../data/context";
import { newId } from "../../lib/id";
import { day } from "../../lib/time";
import type { NewVariant } from "./schema";
import { inventory, priceHistory, prices, variants } from "./tables";

type Statements = BatchItem<"sqlite">[];
export type ProductVariant = NewVariant & { productId: string };

/** EU directive 98/6/EC, article 6a: a reduction names the lowest price of the 30 days before it. */
const period = 30 * day;

const merchantOf = (productId: SQL) =>
  sql`(SELECT merchant_id FROM products WHERE id = ${productId})`;

/**
 * Adds or changes these variants, each known by its SKU: one that another product has breaks the
 * batch. Prices of currencies that are not named stay.
 */
export function saveVariants(ctx: AnyContext, all: readonly ProductVariant[]): Statements {
  const now = Date.now();
  const rows = all.map((variant, position) => ({ ...variant, position, newId: newId() }));
  const json = JSON.stringify(rows.map(({ prices: _, ...row }) => row));
  return [
    ctx.db
      .insert(variants)
      .select(
        sql`SELECT coalesce((SELECT id FROM variants v WHERE v.product_id = j.value->>'productId'
            AND +v.sku = j.value->>'sku'), j.value->>'newId'), j.value->>'productId',
          ${merchantOf(sql`j.value->>'productId'`)}, j.value->>'sku', j.value->>'title',
          j.value->'options', j.value->>'weightGrams', j.value->>'oversell',
          j.value->>'position', NULL, ${now}, ${now} FROM json_each(${json}) j WHERE true`,
      )
      .onConflictDoUpdate({
        target: variants.id,
        set: {
          title: sql`excluded.title`,
          options: sql`excluded.options`,
          weightGrams: sql`excluded.weight_grams`,
          oversell: sql`excluded.oversell`,
          position: sql`excluded.position`,
          archivedAt: null,
          updatedAt: now,
        },
      }),
    ...savePrices(ctx, all, now),
    ctx.db
      .insert(inventory)
      .select(
        sql`SELECT v.id, j.value->>'stock', 0 FROM json_each(${json}) j JOIN variants v
          ON v.product_id = j.value->>'productId' AND +v.sku = j.value->>'sku' WHERE true`,
      )
      .onConflictDoNothing(),
  ];
}

const wanted = (json: string) => sql`
  WITH wanted AS MATERIALIZED (
    SELECT v.id, j.value->>'currency' AS currency, j.value->>'amount' AS amount
    FROM json_each(${json}) j JOIN variants v
      ON v.product_id = j.value->>'productId' AND +v.sku = j.value->>'sku')`;

function savePrices(ctx: AnyContext, all: readonly ProductVariant[], now: number): Statements {
  const json = pricesOf(all);
  const lowest = sql`(SELECT min(h.amount) FROM price_history h WHERE h.variant_id = excluded.variant_id
    AND h.currency = excluded.currency AND h.until > ${now - period})`;
  return [
    ctx.db.insert(priceHistory).select(
      sql`${wanted(json)} SELECT p.variant_id, p.currency, p.amount, p.since, ${now} FROM wanted w
        JOIN prices p ON p.variant_id = w.id AND p.currency = w.currency AND p.amount <> w.amount`,
    ),
    ctx.db
      .insert(prices)
      .select(sql`${wanted(json)} SELECT id, currency, amount, ${now}, NULL FROM wanted WHERE true`)
      .onConflictDoUpdate({
        target: [prices.variantId, prices.currency],
        set: {
          amount: sql`excluded.amount`,
          since: now,
          lowestBefore: sql`iif(excluded.amount < ${prices.amount}, ${lowest}, NULL)`,
        },
        setWhere: sql`${prices.amount} <> excluded.amount`,
      }),
  ];
}

/** Archives the variants of one product that are not named, and ends its prices that are not. */
export function dropOthers(
  ctx: AnyContext,
  productId: string,
  named: readonly NewVariant[],
): Statements {
  const now = Date.now();
  const skus = JSON.stringify(named.map(({ sku }) => sku));
  const json = pricesOf(named.map((variant) => ({ ...variant, productId })));
  const others = sql`FROM prices WHERE variant_id IN (
      SELECT id FROM variants WHERE product_id = ${productId} AND archived_at IS NULL)
    AND (variant_id, currency) NOT IN (SELECT id, currency FROM wanted)`;
  const unnamed = sql`${variants.productId} = ${productId} AND ${variants.archivedAt} IS NULL
    AND ${variants.sku} NOT IN (SELECT value FROM json_each(${skus}))`;
  return [
    ctx.db.update(variants).set({ archivedAt: now, updatedAt: now }).where(unnamed),
    ctx.db
      .insert(priceHistory)
      .select(sql`${wanted(json)} SELECT variant_id, currency, amount, since, ${now} ${others}`),
    ctx.db.delete(prices).where(
      sql`(${prices.variantId}, ${prices.currency}) IN (
        SELECT variant_id, currency FROM (${wanted(json)} SELECT variant_id, currency ${others}))`,
    ),
  ];
}

const pricesOf = (all: readonly ProductVariant[]) =>
  JSON.stringify(
    all.flatMap(({ productId, sku, prices }) =>
      prices.map((price) => ({ productId, sku, ...price })),
    ),
  );
