import { iso } from "../../lib/time";
import type { ProductCard } from "./schema";
import { products } from "./tables";

/** What every answer shows of a product's own row. */
export const productView = {
  id: products.id,
  merchantId: products.merchantId,
  title: products.title,
  tags: products.tags,
  status: products.status,
  featured: products.featured,
  ratingSum: products.ratingSum,
  ratingCount: products.ratingCount,
  createdAt: products.createdAt,
  updatedAt: products.updatedAt,
  version: products.version,
};

type Row = { [K in keyof typeof productView]: (typeof products.$inferSelect)[K] };
type Shown = Pick<ProductCard, Exclude<keyof Row, "ratingSum" | "ratingCount"> | "rating">;

export function presentProduct<R extends Row>(row: R) {
  const { ratingSum, ratingCount, createdAt, updatedAt, ...rest } = row;
  const average = ratingCount === 0 ? null : Math.round((100 * ratingSum) / ratingCount) / 100;
  return {
    ...rest,
    rating: { average, count: ratingCount },
    createdAt: iso(createdAt),
    updatedAt: iso(updatedAt),
  } satisfies Shown;
}
