import { and, eq, sql } from "drizzle-orm";
import type { AnyContext } from "../../../data/context";
import { newId } from "../../../lib/id";
import { categories, products, variants } from "../tables";
import type { ProductVariant } from "../variants";
import type { Fields, Row, RowError } from "./rows";

export type MatchedProduct = Omit<Fields, "category"> & {
  id: string;
  isNew: boolean;
  categoryId: string | null;
};

const mostVariants = 100;

/**
 * Which products the rows mean: the one that has the SKU, the one of the merchant that `product`
 * names, or a new one. Should somebody be quicker, a constraint breaks the batch and the part is
 * matched again.
 */
export async function match(ctx: AnyContext, merchantId: string, rows: readonly Row[]) {
  const errors: RowError[] = [];
  const skus = JSON.stringify(rows.map(({ variant }) => variant.sku));
  const handles = JSON.stringify(rows.map(({ handle }) => handle));
  const named = JSON.stringify(rows.flatMap(({ fields }) => fields.category ?? []));
  const within = (json: string) => sql`(SELECT value FROM json_each(${json}))`;
  const [bySku, byId, places] = await ctx.db.batch([
    ctx.db
      .select({ sku: variants.sku, productId: variants.productId })
      .from(variants)
      .where(and(eq(variants.merchantId, merchantId), sql`${variants.sku} IN ${within(skus)}`)),
    ctx.db
      .select({ id: products.id })
      .from(products)
      .where(and(eq(products.merchantId, merchantId), sql`${products.id} IN ${within(handles)}`)),
    ctx.db
      .select({ id: categories.id, slug: categories.slug })
      .from(categories)
      .where(sql`${categories.id} IN ${within(named)} OR ${categories.slug} IN ${within(named)}`),
  ]);
  const productOf = new Map(bySku.map(({ sku, productId }) => [sku, productId]));
  const placeOf = new Map(
    places.flatMap(({ id, slug }) => [[id, id] as const, [slug, id] as const]),
  );
  const idOf = new Map(byId.map(({ id }) => [id, id]));
  const found = new Map<string, MatchedProduct>();
  const taken = new Map<string, ProductVariant>();
  const counts = new Map<string, number>();
  const countOf = (handle: string) => {
    const count = (counts.get(handle) ?? 0) + 1;
    counts.set(handle, count);
    return count;
  };
  for (const { line, handle, fields, variant } of rows) {
    const { category, ...rest } = fields;
    const categoryId = category === null ? null : placeOf.get(category);
    if (categoryId === undefined)
      errors.push({ line, message: `category: there is no ${category}` });
    else if (taken.has(variant.sku))
      errors.push({ line, message: `sku: ${variant.sku} is here twice` });
    else if (countOf(handle) > mostVariants)
      errors.push({ line, message: `product: ${handle} has more than ${mostVariants} variants` });
    else {
      const known = productOf.get(variant.sku) ?? idOf.get(handle);
      const id = known ?? newId();
      if (!known) idOf.set(handle, id);
      if (!found.has(id)) found.set(id, { ...rest, id, isNew: !known, categoryId });
      taken.set(variant.sku, { ...variant, productId: id });
    }
  }
  const matched = { products: [...found.values()], variants: [...taken.values()] };
  return { matched, errors };
}
