import { env } from "cloudflare:workers";
import { and, eq, gt, sql } from "drizzle-orm";
import type { AnyContext } from "../../data/context";
import type { Consumer } from "../../jobs/consume";
import { inventory, variants } from "../catalog/tables";

/** After the catalogue changed a product: its variants' objects learn how they may be oversold. */
export const stockTerms: Consumer<"product.changed"> = (ctx, { payload }) =>
  tellTerms(ctx, [payload.productId]);

export const stockTermsOfMany: Consumer<"products.changed"> = async (ctx, { payload }) => {
  if (payload.variantsToo) await tellTerms(ctx, payload.productIds);
};

async function tellTerms(ctx: AnyContext, productIds: readonly string[]): Promise<void> {
  const ids = JSON.stringify(productIds);
  const taken = await ctx.db
    .select({ id: variants.id, oversell: variants.oversell })
    .from(variants)
    .innerJoin(inventory, eq(inventory.variantId, variants.id))
    .where(
      and(
        sql`${variants.productId} IN (SELECT value FROM json_each(${ids}))`,
        gt(inventory.version, 0),
      ),
    );
  for (const { id, oversell } of taken) await env.SKU_STOCK.getByName(id).configure({ oversell });
}
