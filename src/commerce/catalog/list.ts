import { and, asc, desc, eq, gte, isNull, lte, type SQL, sql } from "drizzle-orm";
import type { AnyContext, Context } from "../../data/context";
import { cached } from "../../http/cache";
import { afterCursor, type Page, type PageQuery, pageOf } from "../../http/page";
import { signedIn } from "../../identity/guard";
import { isMember, whyNotMember } from "../merchants/membership";
import { merchants } from "../merchants/tables";
import { cardView, presentCard } from "./cards";
import { anyMarket, shelf } from "./listings";
import { refuse } from "./problems";
import type { ProductCard, ProductFilter } from "./schema";
import { categories, listings, products } from "./tables";
import { tags } from "./tags";

type Sort = ProductFilter["sort"];
type After = readonly [string, number] | null;

const order: Record<Sort, SQL[]> = {
  newest: [desc(listings.productId)],
  price: [asc(listings.price), asc(listings.productId)],
  "-price": [desc(listings.price), desc(listings.productId)],
  popular: [desc(listings.sold), desc(listings.productId)],
};

const rest = (sort: Sort, after: After): SQL | undefined =>
  after === null
    ? undefined
    : {
        newest: sql`${listings.productId} < ${after[0]}`,
        price: sql`(${listings.price}, ${listings.productId}) > (${after[1]}, ${after[0]})`,
        "-price": sql`(${listings.price}, ${listings.productId}) < (${after[1]}, ${after[0]})`,
        popular: sql`(${listings.sold}, ${listings.productId}) < (${after[1]}, ${after[0]})`,
      }[sort];

/**
 * A page of one shelf, in the order of its index: so a page far behind costs what the first does.
 * Amounts without a currency compare minor units of the market that counts for each product.
 */
export async function listProducts(
  ctx: AnyContext,
  { limit, cursor, ...filter }: ProductFilter & PageQuery,
): Promise<Page<ProductCard>> {
  const list = `products|${JSON.stringify(filter)}`;
  const after = await afterCursor<readonly [string, number]>(list, cursor);
  const { currency = anyMarket, minPrice, maxPrice, inStock, sort } = filter;
  const rows = await ctx.db
    .select(cardView)
    .from(listings)
    .innerJoin(products, eq(products.id, listings.productId))
    .innerJoin(merchants, eq(merchants.id, products.merchantId))
    .leftJoin(categories, eq(categories.id, products.categoryId))
    .where(
      and(
        ...standsOn(ctx, filter),
        eq(listings.market, currency),
        minPrice === undefined ? undefined : gte(listings.price, minPrice),
        maxPrice === undefined ? undefined : lte(listings.price, maxPrice),
        inStock === undefined ? undefined : eq(listings.inStock, inStock),
        rest(sort, after),
      ),
    )
    .orderBy(...order[sort])
    .limit(limit + 1);
  if (rows.length === 0) await explainEmptiness(ctx, filter);
  const page = await pageOf(list, rows, limit, ({ id, sold, price }) => [
    id,
    sort === "popular" ? sold : price,
  ]);
  return { ...page, items: page.items.map(presentCard) };
}

/** The same, kept for a minute where all the world gets the same answer. */
export function showList(ctx: AnyContext, query: ProductFilter & PageQuery) {
  if ((query.status ?? "active") !== "active") return listProducts(ctx, query);
  const key = `products:${JSON.stringify(query)}`;
  const { merchantId } = query;
  return cached(ctx, { key, shared: true, tags: [tags.list(merchantId)], seconds: 60 }, () =>
    listProducts(ctx, query),
  );
}

/** The narrowest shelf that the filter names, and what its products must be beside it. */
function standsOn(ctx: AnyContext, filter: ProductFilter): (SQL | undefined)[] {
  const { merchantId, category, tag, featured, status = "active" } = filter;
  const beside = {
    featured: featured === undefined ? undefined : eq(products.featured, featured),
    tag: tag && sql`EXISTS (SELECT 1 FROM json_each(${products.tags}) WHERE value = ${tag})`,
    category: category && sql`${products.categoryId} IN ${subtreeOf(category)}`,
    merchant: merchantId ? eq(products.merchantId, merchantId) : undefined,
  };
  const on = (name: SQL | string, ...conditions: (SQL | string | undefined)[]) => [
    eq(listings.shelf, name as string),
    isNull(merchants.pausedAt),
    ...(conditions as (SQL | undefined)[]),
  ];
  if (status !== "active") return ownShelf(ctx, filter, Object.values(beside));
  if (tag) return on(shelf.tag(tag), beside.featured, beside.category, beside.merchant);
  if (category) return on(categoryShelf(category), beside.featured, beside.merchant);
  if (merchantId) return on(shelf.merchant(merchantId), beside.featured);
  return featured ? on(shelf.featured) : on(shelf.all, beside.featured);
}

function ownShelf(ctx: AnyContext, filter: ProductFilter, beside: (SQL | "" | undefined)[]) {
  const { merchantId, status = "active" } = filter;
  if (!merchantId) throw refuse("merchant_required");
  signedIn(ctx);
  const asMember = isMember(ctx as Context, sql`${merchantId}`, "staff");
  return [eq(listings.shelf, shelf.own(merchantId, status)), asMember, ...beside] as SQL[];
}

/** Members see an empty list; to others there is no such list of drafts. */
async function explainEmptiness(ctx: AnyContext, { merchantId, status }: ProductFilter) {
  if (!merchantId || (status ?? "active") === "active" || !ctx.actor) return;
  const problem = await whyNotMember(ctx as Context, merchantId, "staff");
  if (problem) throw problem;
}

const named = (category: string) => sql`(id = ${category} OR slug = ${category})`;
const categoryShelf = (category: string) =>
  sql`(SELECT 'c:' || id FROM categories WHERE ${named(category)})`;
const subtreeOf = (category: string) => sql`(SELECT k.id FROM categories k,
  (SELECT path FROM categories WHERE ${named(category)}) top
  WHERE k.path = top.path OR (k.path > top.path || '/' AND k.path < top.path || '0'))`;
