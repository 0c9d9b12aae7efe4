import { and, eq, sql } from "drizzle-orm";
import type { Context } from "../../data/context";
import { commit, emit } from "../../data/outbox";
import { invalidate } from "../../http/cache";
import { audited } from "../../identity/trail";
import { abortUnlessChanged, wasAborted } from "../catalog/abort";
import { refuse as refuseProduct } from "../catalog/problems";
import type { Image } from "../catalog/schema";
import { products } from "../catalog/tables";
import { tags } from "../catalog/tags";
import { isMember, whyNotMember } from "../merchants/membership";
import type { Upload } from "./form";
import { refuse } from "./problems";
import { Alt } from "./schema";
import { removeObjects, storeUpload } from "./store";
import { media, productImages } from "./tables";
import { presentImage } from "./view";

const most = 20;

/** Whether the person who asks may change the product. */
const mayChange = (ctx: Context, productId: string) =>
  sql`EXISTS (SELECT 1 FROM products WHERE id = ${productId}
    AND ${isMember(ctx, sql`products.merchant_id`, "manager")})`;

export async function addImage(ctx: Context, productId: string, upload: Upload): Promise<Image> {
  const alt = Alt.safeParse(upload.fields.alt).data ?? "";
  const stored = await storeUpload(ctx, upload, "product", {
    condition: mayChange(ctx, productId),
    statements: ({ id, key, width, height }) => {
      const count = sql`(SELECT count(*) FROM product_images WHERE product_id = ${productId})`;
      const next = sql`(SELECT coalesce(max(position) + 1, 0) FROM product_images
        WHERE product_id = ${productId})`;
      return [
        ctx.db.insert(productImages).select(
          sql`SELECT ${id}, ${productId}, ${key}, ${alt}, ${width}, ${height}, ${next}, ${Date.now()}
            WHERE ${count} < ${most} AND ${mayChange(ctx, productId)}`,
        ),
        audited(ctx, { action: "product.image_added", target: ["product", productId] }),
        emit(ctx, "product.changed", { productId }),
        abortUnlessChanged(ctx),
      ];
    },
  }).catch((error) => {
    throw wasAborted(error) ? refuse("too_many_images") : error;
  });
  if (!stored) throw await whyNot(ctx, productId);
  invalidate(ctx, tags.catalogue, tags.product(productId));
  const { id, key, width, height } = stored;
  return presentImage({ id, key, alt, width: width ?? 0, height: height ?? 0 });
}

/** The picture is gone everywhere: from the product, and all its renderings from R2. */
export async function removeImage(ctx: Context, productId: string, id: string): Promise<void> {
  const isOf = and(eq(productImages.id, id), eq(productImages.productId, productId));
  const [[removed]] = await commit(ctx, [
    ctx.db
      .delete(productImages)
      .where(and(isOf, mayChange(ctx, productId)))
      .returning({ key: productImages.key }),
    audited(ctx, { action: "product.image_removed", target: ["product", productId] }),
    emit(ctx, "product.changed", { productId }),
    ctx.db
      .update(media)
      .set({ state: "deleted", updatedAt: Date.now() })
      .where(sql`${media.id} = ${id} AND changes() > 0`),
  ]);
  if (!removed) throw (await whyNot(ctx, productId)) ?? refuse("image_not_found");
  invalidate(ctx, tags.catalogue, tags.product(productId));
  await removeObjects(removed.key);
}

/** Strangers cannot tell a product of others from one that is not there. */
async function whyNot(ctx: Context, productId: string) {
  const product = await ctx.db
    .select({ merchantId: products.merchantId })
    .from(products)
    .where(eq(products.id, productId))
    .get();
  const problem = product && (await whyNotMember(ctx, product.merchantId, "manager"));
  return !product || problem?.status === 404 ? refuseProduct("product_not_found") : problem;
}
