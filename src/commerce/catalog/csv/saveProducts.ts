import { sql } from "drizzle-orm";
import type { AnyContext } from "../../../data/context";
import { products } from "../tables";
import type { MatchedProduct } from "./match";
import type { Column } from "./rows";

type Changeable = "title" | "description" | "categoryId" | "tags" | "status" | "featured";

const columnOf: Record<Changeable, Column> = {
  title: "title",
  description: "description",
  categoryId: "category",
  tags: "tags",
  status: "status",
  featured: "featured",
};

/** Of a known product only those columns change that the CSV has. */
export function saveProducts(
  ctx: AnyContext,
  merchantId: string,
  all: readonly MatchedProduct[],
  header: readonly (Column | null)[],
) {
  const now = Date.now();
  const named = Object.entries(columnOf).filter(([, column]) => header.includes(column));
  const set = Object.fromEntries(
    named.map(([field]) => [field, sql.raw(`excluded."${products[field as Changeable].name}"`)]),
  );
  return ctx.db
    .insert(products)
    .select(
      sql`SELECT value->>'id', ${merchantId}, value->>'title', value->>'description',
        value->>'categoryId', value->'tags', value->>'status', value->>'featured', 0, 0, 0,
        ${now}, ${now}, 1 FROM json_each(${JSON.stringify(all)}) WHERE true`,
    )
    .onConflictDoUpdate({
      target: products.id,
      set: { ...set, updatedAt: now, version: sql`${products.version} + 1` },
    });
}
