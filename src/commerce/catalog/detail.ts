import { and, asc, eq, isNull, type SQL, sql } from "drizzle-orm";
import type { AnyContext, Context } from "../../data/context";
import { cached } from "../../http/cache";
import { Problem } from "../../http/problem";
import { productImages } from "../media/tables";
import { imageView, presentImage } from "../media/view";
import { isMember } from "../merchants/membership";
import { refuse } from "./problems";
import type { Product, Variant } from "./schema";
import { categories, inventory, prices, products, variants } from "./tables";
import { tags } from "./tags";
import { presentProduct, productView } from "./view";

/** For a WHERE clause on products: whether all the world may see it. */
export const isPublic = and(
  eq(products.status, "active"),
  sql`(SELECT paused_at FROM merchants WHERE id = products.merchant_id) IS NULL`,
);

/** The statements that read a whole product, to be part of one batch, in the order `present` takes. */
export const wholeProduct = (ctx: AnyContext, id: string, condition?: SQL) =>
  [
    ctx.db
      .select({
        ...productView,
        description: products.description,
        merchantName: sql<string>`(SELECT name FROM merchants WHERE id = products.merchant_id)`,
      })
      .from(products)
      .where(and(eq(products.id, id), condition)),
    ctx.db
      .select({ id: categories.id, slug: categories.slug, name: categories.name })
      .from(categories)
      .where(
        sql`${categories.id} IN (SELECT value FROM json_each((SELECT '["' || replace(path, '/', '","')
          || '"]' FROM categories WHERE id = (SELECT category_id FROM products WHERE id = ${id}))))`,
      )
      .orderBy(sql`length(${categories.path})`),
    ctx.db
      .select({
        id: variants.id,
        sku: variants.sku,
        title: variants.title,
        options: variants.options,
        weightGrams: variants.weightGrams,
        oversell: variants.oversell,
      })
      .from(variants)
      .where(and(eq(variants.productId, id), isNull(variants.archivedAt)))
      .orderBy(asc(variants.position)),
    ctx.db
      .select({
        variantId: prices.variantId,
        amount: prices.amount,
        currency: prices.currency,
        lowestBefore: prices.lowestBefore,
      })
      .from(prices)
      .where(sql`${prices.variantId} IN ${variantsOf(id)}`),
    ctx.db
      .select({ variantId: inventory.variantId, available: inventory.available })
      .from(inventory)
      .where(sql`${inventory.variantId} IN ${variantsOf(id)}`),
    ctx.db
      .select(imageView)
      .from(productImages)
      .where(eq(productImages.productId, id))
      .orderBy(asc(productImages.position), asc(productImages.id)),
  ] as const;

const variantsOf = (id: string) => sql`(SELECT id FROM variants WHERE product_id = ${id})`;

type Rows = {
  [K in keyof ReturnType<typeof wholeProduct>]: Awaited<ReturnType<typeof wholeProduct>[K]>;
};

/** Null if the product's own row was not among the results. */
export function presentWhole(rows: Rows): Product | null {
  const [[product], path, bare, priced, stock, images] = rows;
  if (!product) return null;
  const available = new Map(stock.map((row) => [row.variantId, row.available]));
  const all = bare.map((variant): Variant => {
    const left = available.get(variant.id) ?? 0;
    return {
      ...variant,
      prices: priced
        .filter((price) => price.variantId === variant.id)
        .map(({ variantId: _, ...price }) => price),
      available: variant.oversell === "untracked" ? null : left,
      inStock: variant.oversell === "untracked" || left > 0,
    };
  });
  return {
    ...presentProduct(product),
    category: path.at(-1) ?? null,
    categories: path,
    variants: all,
    inStock: all.some((variant) => variant.inStock),
    images: images.map(presentImage),
  };
}

/** Whatever all the world may see. */
export const readProduct = (ctx: AnyContext, id: string) => read(ctx, id, isPublic);

/** For members of its merchant, whatever its status. */
export const readOwnProduct = (ctx: Context, id: string) =>
  read(ctx, id, isMember(ctx, sql`products.merchant_id`, "staff"));

async function read(ctx: AnyContext, id: string, condition: SQL | undefined): Promise<Product> {
  const rows = await ctx.db.batch(wholeProduct(ctx, id, condition));
  const product = presentWhole(rows as unknown as Rows);
  if (!product) throw refuse("product_not_found");
  return product;
}

/** The public answer, kept for a minute; members see their product whatever its status. */
export async function showProduct(ctx: AnyContext, id: string) {
  const on = [tags.product(id), tags.merchants];
  const spec = { key: `product:${id}`, shared: true, tags: on, seconds: 60 };
  try {
    return await cached(ctx, spec, () => readProduct(ctx, id));
  } catch (error) {
    if (ctx.actor && error instanceof Problem) return readOwnProduct(ctx as Context, id);
    throw error;
  }
}
