import { and, eq, isNull, sql } from "drizzle-orm";
import type { AnyContext } from "../../data/context";
import { presentImage } from "../media/view";
import { merchants } from "../merchants/tables";
import { shelf } from "./listings";
import type { ProductCard } from "./schema";
import { categories, listings, products } from "./tables";
import { presentProduct, productView } from "./view";

const cover = sql<string | null>`(SELECT json_object('id', id, 'key', key, 'alt', alt,
  'width', width, 'height', height) FROM product_images WHERE product_id = ${listings.productId}
  ORDER BY position, id LIMIT 1)`;

/** What lists read: of a listing, its product, the merchant and the category. */
export const cardView = {
  ...productView,
  merchantName: merchants.name,
  categoryId: categories.id,
  categorySlug: categories.slug,
  categoryName: categories.name,
  price: listings.price,
  currency: listings.currency,
  inStock: listings.inStock,
  sold: listings.sold,
  cover,
};

type CardRow = Parameters<typeof presentProduct>[0] & {
  merchantName: string;
  categoryId: string | null;
  categorySlug: string | null;
  categoryName: string | null;
  price: number;
  currency: ProductCard["price"]["currency"];
  inStock: boolean;
  sold: number;
  cover: string | null;
};

export function presentCard({
  categoryId: id,
  categorySlug: slug,
  categoryName: name,
  price,
  currency,
  sold: _,
  cover,
  ...row
}: CardRow): ProductCard {
  return {
    ...presentProduct(row),
    category: id !== null && slug !== null && name !== null ? { id, slug, name } : null,
    price: { amount: price, currency },
    image: cover === null ? null : presentImage(JSON.parse(cover)),
  };
}

/** Of these products those that all the world may see, as they are now, by their id. */
export async function readCards(ctx: AnyContext, productIds: readonly string[], market: string) {
  const rows = await ctx.db
    .select(cardView)
    .from(listings)
    .innerJoin(products, eq(products.id, listings.productId))
    .innerJoin(merchants, eq(merchants.id, products.merchantId))
    .leftJoin(categories, eq(categories.id, products.categoryId))
    .where(
      and(
        sql`${listings.productId} IN (SELECT value FROM json_each(${JSON.stringify(productIds)}))`,
        eq(listings.shelf, shelf.all),
        eq(listings.market, market),
        isNull(merchants.pausedAt),
      ),
    );
  return new Map(rows.map((row) => [row.id, presentCard(row)]));
}
