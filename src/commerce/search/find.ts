import { type SQL, sql } from "drizzle-orm";
import type { AnyContext } from "../../data/context";
import { anyMarket } from "../catalog/listings";
import type { SearchFilter } from "./schema";
import { shortestMended, type Term } from "./terms";

/** More matches than these are not ranked: the newest of them are taken, the most sold first. */
const most = 4_000;
/** Of those, as many as are ordered by something else or filtered. */
const pooled = 3_000;
/** The best hits of a search without filters: as far as its pages go. */
const listed = 1_000;
/** The first hits, which facets count. */
export const sampled = 500;
/** An expression of FTS5 that nothing matches. */
const nothing = '""';

export type After = readonly [key: number, productId: string] | null;
export type FoundRow = {
  kind: "hit" | "category" | "tag" | "price" | "total";
  name: string | null;
  number: number;
  detail: string | null;
};

/**
 * Everything a page of results needs, in one statement: the matches up to a cap; if there are none,
 * those of the nearest words there are; what of them passes the filter; the page, the facets and
 * the total. Keys ascend, and of equals the newer product comes first.
 */
export function findProducts(
  ctx: AnyContext,
  terms: readonly Term[],
  filter: SearchFilter,
  after: After,
  limit: number,
): Promise<FoundRow[]> {
  const expr = terms.map((term) => term.expr).join(" ");
  return ctx.search.db.all<FoundRow>(sql`
    WITH matched AS MATERIALIZED (${matches(sql`${expr}`)}),
    mended AS MATERIALIZED (${mend(terms)}),
    again AS MATERIALIZED (${matches(sql`(SELECT coalesce(expr, ${nothing}) FROM mended)`)}),
    chosen AS MATERIALIZED (SELECT coalesce(expr, ${expr}) AS expr,
      (SELECT count(*) FROM matched) + (SELECT count(*) FROM again) AS size FROM mended),
    hits AS MATERIALIZED (${hitsOf(filter)}),
    sample AS MATERIALIZED (SELECT price, currency, category, tags FROM hits
      ORDER BY key, product_id DESC LIMIT ${sampled})
    SELECT 'hit' AS kind, page.product_id AS name, page.key AS number,
        json_array(d.title, substr(d.description, 1, 2000)) AS detail
      FROM (SELECT * FROM hits WHERE ${isAfter(after)}
        ORDER BY key, product_id DESC LIMIT ${limit + 1}) page
        CROSS JOIN documents d ON d.id = page.id
    UNION ALL SELECT * FROM (SELECT 'category', category, count(*), NULL FROM sample
      WHERE category IS NOT NULL GROUP BY 2 ORDER BY 3 DESC, 2 LIMIT 20)
    UNION ALL SELECT * FROM (SELECT 'tag', tag.value, count(*), NULL
      FROM sample CROSS JOIN json_each(sample.tags) tag GROUP BY 2 ORDER BY 3 DESC, 2 LIMIT 20)
    UNION ALL SELECT 'price', NULL, count(*), json_array(min(price), max(price), min(currency),
        max(currency))
      FROM (SELECT price, currency, ntile(5) OVER (ORDER BY price) AS tile FROM sample) GROUP BY tile
    UNION ALL SELECT 'total', (SELECT expr FROM mended), ${totalOf(filter)}, (SELECT size > ${most} FROM chosen)`);
}

const matches = (expr: SQL) => sql`SELECT rowid AS id FROM documents_fts
  WHERE documents_fts MATCH ${expr} ORDER BY rowid DESC LIMIT ${most + 1}`;

const isThere = (expr: SQL) =>
  sql`EXISTS (SELECT 1 FROM documents_fts WHERE documents_fts MATCH ${expr})`;

/**
 * If nothing matched: the words that are there, and for each that is not the nearest one that is,
 * by whether one letter is too many, too few or another, then by the trigrams they share.
 */
const mend = (terms: readonly Term[]) => sql`
  SELECT iif(count(*) = count(fixed), group_concat(fixed, ' '), NULL) AS expr FROM (
    SELECT iif(length(term.value->>'word') < ${shortestMended}
        OR ${isThere(sql`term.value->>'expr'`)}, term.value->>'expr', (
      SELECT '"' || near.word || '"' FROM (
        SELECT p.word, max(part.value LIKE '-%') AS close, sum(part.value NOT LIKE '-%') * 1.0
          / (length(p.word) + length(term.value->>'word') + 2 - sum(part.value NOT LIKE '-%')) AS alike
        FROM json_each(term.value->'parts') part JOIN word_parts p ON p.part = part.value
        GROUP BY p.word HAVING close OR alike >= 0.33
        ORDER BY close DESC, alike DESC, p.word LIMIT 5) near
      WHERE ${isThere(sql`'"' || near.word || '"'`)} LIMIT 1)) AS fixed
    FROM json_each(${JSON.stringify(terms)}) term ORDER BY term.key)
  WHERE NOT EXISTS (SELECT 1 FROM matched)`;

/** The newest matches, whichever words they are of. */
const pool = sql`SELECT id FROM matched UNION ALL SELECT id FROM again LIMIT ${pooled}`;

/** Whether the filter lets every product pass that is priced at all. */
const isOpen = ({ sort: _, ...filter }: SearchFilter) =>
  Object.values(filter).every((value) => value === undefined);

/** Of an open search by relevance only the best are looked at, so what they are the best of is counted. */
const totalOf = (filter: SearchFilter) =>
  isOpen(filter) && filter.sort === "relevance"
    ? sql`(SELECT min(size, ${most}) FROM chosen)`
    : sql`(SELECT count(*) FROM hits)`;

function hitsOf(filter: SearchFilter): SQL {
  const { currency, sort, merchantId, category, tag, minPrice, maxPrice, inStock, featured } =
    filter;
  const price = sql`d.prices->>${`$."${currency ?? anyMarket}"`}`;
  const keys = {
    relevance: sql`coalesce(m.score, -d.sold)`,
    newest: sql`0`,
    price,
    "-price": sql`-(${price})`,
    popular: sql`-d.sold`,
  };
  const ranked = sql`
    SELECT id, CAST(score * 1e12 AS INTEGER) AS score FROM (
      SELECT rowid AS id, rank AS score FROM documents_fts
      WHERE documents_fts MATCH (SELECT iif(size <= ${most}, expr, ${nothing}) FROM chosen)
      ORDER BY rank LIMIT ${isOpen(filter) ? listed : pooled})
    UNION ALL SELECT id, NULL FROM (${pool}) WHERE (SELECT size FROM chosen) > ${most}`;
  const source = sort === "relevance" ? ranked : pool;
  const conditions = [
    sql`${price} IS NOT NULL`,
    merchantId && sql`d.merchant_id = ${merchantId}`,
    category && sql`instr(d.shelves, ${`/${category}/`}) > 0`,
    tag && sql`EXISTS (SELECT 1 FROM json_each(d.tags) WHERE value = ${tag})`,
    minPrice !== undefined && sql`${price} >= ${minPrice}`,
    maxPrice !== undefined && sql`${price} <= ${maxPrice}`,
    inStock !== undefined && sql`d.in_stock = ${Number(inStock)}`,
    featured !== undefined && sql`d.featured = ${Number(featured)}`,
  ].filter((one): one is SQL => !!one);
  return sql`SELECT d.id, d.product_id, ${price} AS price,
      ${currency ? sql`${currency}` : sql`d.currency`} AS currency, d.category, d.tags,
      ${keys[sort]} AS key FROM (${source}) m CROSS JOIN documents d ON d.id = m.id
    WHERE ${sql.join(conditions, sql` AND `)}`;
}

const isAfter = (after: After) =>
  after === null
    ? sql`true`
    : sql`key > ${after[0]} OR (key = ${after[0]} AND product_id < ${after[1]})`;
