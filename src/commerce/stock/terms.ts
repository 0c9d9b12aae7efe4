import { env } from "cloudflare:workers";
import { and, eq, gt } from "drizzle-orm";
import type { Consumer } from "../../jobs/consume";
import { inventory, variants } from "../catalog/tables";

/** After the catalogue changed a product: its variants' objects learn how they may be oversold. */
export const stockTerms: Consumer<"product.changed"> = async (ctx, { payload }) => {
  const taken = await ctx.db
    .select({ id: variants.id, oversell: variants.oversell })
    .from(variants)
    .innerJoin(inventory, eq(inventory.variantId, variants.id))
    .where(and(eq(variants.productId, payload.productId), gt(inventory.version, 0)));
  for (const { id, oversell } of taken) await env.SKU_STOCK.getByName(id).configure({ oversell });
};
