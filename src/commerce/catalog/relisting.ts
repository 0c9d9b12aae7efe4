import { and, asc, eq, gt, sql } from "drizzle-orm";
import { commit, emit } from "../../data/outbox";
import { invalidate } from "../../http/cache";
import type { Consumer } from "../../jobs/consume";
import { relist } from "./listings";
import { products } from "./tables";
import { tags } from "./tags";

const part = 100;

/** After a merchant paused or a category moved: a hundred products, and the next hundred later. */
export const relistPart: Consumer<"catalogue.relist"> = async (ctx, { payload }, once) => {
  const { merchantId, categoryId, after } = payload;
  const rows = await ctx.db
    .select({ id: products.id })
    .from(products)
    .where(
      and(
        merchantId ? eq(products.merchantId, merchantId) : undefined,
        categoryId
          ? sql`${products.categoryId} IN (SELECT id FROM categories WHERE instr(path, ${categoryId}) > 0)`
          : undefined,
        gt(products.id, after),
      ),
    )
    .orderBy(asc(products.id))
    .limit(part);
  const productIds = rows.map(({ id }) => id);
  const last = productIds.at(-1);
  if (last === undefined) return;
  const next = { ...payload, after: last };
  await commit(ctx, [
    once,
    emit(ctx, "products.changed", { productIds, variantsToo: false }),
    ...(rows.length === part ? [emit(ctx, "catalogue.relist", next, "JOBS")] : []),
    ...relist(ctx, productIds),
  ]);
  invalidate(ctx, tags.catalogue);
};
