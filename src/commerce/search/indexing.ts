import { type SQL, sql } from "drizzle-orm";
import type { AnyContext } from "../../data/context";
import { invalidate } from "../../http/cache";
import type { Consumer } from "../../jobs/consume";
import { documents, wordParts, words } from "./documents";
import { vocabularyOf } from "./terms";

/** What cached searches depend on. */
export const searchTag = "search";

/** Characters of a description that are indexed, and products that one statement takes. */
const longest = 5_000;
const chunk = 50;

type Source = { id: string; title: string; tags: string; description: string };

/** What the index keeps of these products, as the main database has them now. */
const sources = (ids: string) => sql`
  SELECT p.id, p.merchant_id AS merchantId, p.title, p.tags, p.featured, p.sold,
    substr(p.description, 1, ${longest}) AS description, l.currency, l.in_stock AS inStock,
    (SELECT json_group_object(market, price) FROM listings
      WHERE product_id = p.id AND shelf = 'all') AS prices,
    CASE WHEN k.id IS NOT NULL THEN json_object('id', k.id, 'slug', k.slug, 'name', k.name) END
      AS category,
    (SELECT '/' || group_concat(a.id || '/' || a.slug, '/') || '/' FROM categories a WHERE a.id IN (
      SELECT value FROM json_each('["' || replace(k.path, '/', '","') || '"]'))) AS shelves,
    l.product_id IS NOT NULL AS listed
  FROM json_each(${ids}) j JOIN products p ON p.id = j.value
    LEFT JOIN categories k ON k.id = p.category_id
    LEFT JOIN listings l ON l.product_id = p.id AND l.shelf = 'all' AND l.market = '*'`;

/**
 * Reads these products from the main database and brings the index to it. Whoever comes late with
 * an older state of the main database changes nothing, so it may run twice and in any order.
 */
export async function indexProducts(
  ctx: AnyContext,
  productIds: readonly string[],
  generation: SQL | number = sql`(SELECT generation FROM index_state)`,
): Promise<void> {
  for (let i = 0; i < productIds.length; i += chunk) {
    const ids = JSON.stringify(productIds.slice(i, i + chunk));
    const rows = await ctx.db.all<Source>(sources(ids));
    if (rows.length > 0) await write(ctx, rows, generation);
  }
  invalidate(ctx, searchTag);
}

async function write(ctx: AnyContext, rows: Source[], generation: SQL | number): Promise<void> {
  const { repeatable } = ctx.search;
  const json = JSON.stringify(
    rows.map((row) => ({ ...row, description: row.description.replace(/\p{Cc}+/gu, " ") })),
  );
  const all = JSON.stringify([
    ...new Set(rows.flatMap(({ title, tags }) => vocabularyOf(`${title} ${tags}`))),
  ]);
  await repeatable.batch([
    repeatable
      .insert(documents)
      .select(
        sql`SELECT NULL, j.value->>'id', ${generation}, ${ctx.database.bookmark ?? ""},
          j.value->>'listed', j.value->>'merchantId', j.value->>'category',
          coalesce(j.value->>'shelves', ''), j.value->>'featured',
          coalesce(j.value->>'inStock', 0), j.value->>'sold', j.value->>'prices',
          j.value->>'currency', iif(j.value->>'listed', j.value->>'tags', '[]'),
          iif(j.value->>'listed', j.value->>'title', ''),
          iif(j.value->>'listed', j.value->>'description', '')
          FROM json_each(${json}) j WHERE true`,
      )
      .onConflictDoUpdate({
        target: documents.productId,
        set: Object.fromEntries(
          Object.entries(documents)
            .filter(([key]) => key !== "id" && key !== "productId")
            .map(([key, column]) => [key, sql.raw(`excluded.${column.name}`)]),
        ),
        setWhere: sql`(excluded.generation, excluded.bookmark)
          >= (${documents.generation}, ${documents.bookmark})`,
      }),
    repeatable.insert(wordParts).select(newParts(all)).onConflictDoNothing(),
    repeatable
      .insert(words)
      .select(sql`SELECT value FROM json_each(${all}) WHERE true`)
      .onConflictDoNothing(),
  ]);
}

/** `partsOf` in SQL, of the words that are new. */
const newParts = (all: string) => sql`
  WITH RECURSIVE places (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM places WHERE n < 31),
  fresh AS (SELECT value AS word FROM json_each(${all}) WHERE value NOT IN (SELECT word FROM words))
  SELECT substr('  ' || word || ' ', n, 3), word FROM fresh, places WHERE n <= length(word) + 1
  UNION SELECT '-' || substr(word, 1, n - 1) || substr(word, n + 1), word FROM fresh, places
    WHERE n <= length(word) + 1`;

export const indexProduct: Consumer<"product.changed"> = (ctx, { payload }) =>
  indexProducts(ctx, [payload.productId]);

export const indexMany: Consumer<"products.changed"> = (ctx, { payload }) =>
  indexProducts(ctx, payload.productIds);

/** A variant sold out or came back: whether its product can be bought may have changed. */
export const indexStock: Consumer<"stock.changed"> = async (ctx, { payload }) => {
  if (payload.news === "low") return;
  const rows = await ctx.db.all<{ id: string }>(
    sql`SELECT product_id AS id FROM variants WHERE id = ${payload.variantId}`,
  );
  await indexProducts(
    ctx,
    rows.map(({ id }) => id),
  );
};
