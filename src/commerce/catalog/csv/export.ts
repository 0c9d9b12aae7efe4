import { and, asc, eq, isNull, sql } from "drizzle-orm";
import type { Context } from "../../../data/context";
import type { Money } from "../../../lib/money";
import { whyNotMember } from "../../merchants/membership";
import { categories, products, variants } from "../tables";
import { csvLine } from "./csv";
import { columns, writeOptions, writePrices } from "./rows";

/** Products read at once. */
const part = 200;

/** The whole catalogue of a merchant, a line for each variant, written while it is read. */
export async function exportCatalogue(ctx: Context, merchantId: string): Promise<Response> {
  const problem = await whyNotMember(ctx, merchantId, "staff");
  if (problem) throw problem;
  const encoder = new TextEncoder();
  let after: string | null = "";
  const body = new ReadableStream<Uint8Array>({
    start: (controller) => controller.enqueue(encoder.encode(`\uFEFF${csvLine(columns)}`)),
    pull: async (controller) => {
      if (after === null) return controller.close();
      const { text, last } = await readLines(ctx, merchantId, after);
      after = last;
      if (text !== "") controller.enqueue(encoder.encode(text));
      else controller.close();
    },
  });
  return new Response(body, {
    headers: {
      "content-type": "text/csv; charset=utf-8",
      "content-disposition": 'attachment; filename="catalogue.csv"',
    },
  });
}

async function readLines(ctx: Context, merchantId: string, after: string) {
  const page = sql`(SELECT id FROM products WHERE merchant_id = ${merchantId} AND id > ${after}
    ORDER BY id LIMIT ${part})`;
  const rows = await ctx.db
    .select({
      product: products.id,
      title: products.title,
      description: products.description,
      category: categories.slug,
      tags: products.tags,
      status: products.status,
      featured: products.featured,
      sku: variants.sku,
      variant: variants.title,
      options: variants.options,
      weight: variants.weightGrams,
      oversell: variants.oversell,
      stock: sql<
        number | null
      >`(SELECT available FROM inventory WHERE variant_id = ${variants.id})`,
      prices: sql<string>`(SELECT json_group_array(json_object('amount', amount, 'currency', currency))
        FROM prices WHERE variant_id = ${variants.id})`,
    })
    .from(products)
    .innerJoin(variants, and(eq(variants.productId, products.id), isNull(variants.archivedAt)))
    .leftJoin(categories, eq(categories.id, products.categoryId))
    .where(sql`${products.id} IN ${page}`)
    .orderBy(asc(products.id), asc(variants.position));
  const text = rows.map((row) =>
    csvLine([
      row.product,
      row.title,
      row.description,
      row.category ?? "",
      row.tags.join("; "),
      row.status,
      String(row.featured),
      row.sku,
      row.variant,
      writeOptions(row.options),
      String(row.weight),
      row.oversell,
      row.oversell === "untracked" ? "" : String(row.stock ?? 0),
      writePrices(JSON.parse(row.prices) as Money[]),
    ]),
  );
  return { text: text.join(""), last: rows.at(-1)?.product ?? null };
}
