import { and, eq, inArray, type SQL, sql } from "drizzle-orm";
import type { Context } from "../../data/context";
import { violates } from "../../data/database";
import { commit, emit } from "../../data/outbox";
import { invalidate } from "../../http/cache";
import { refuse as refuseAny } from "../../http/problem";
import { audited } from "../../identity/trail";
import { newId } from "../../lib/id";
import { isMember, whyNotMember } from "../merchants/membership";
import { merchantMembers } from "../merchants/tables";
import { abortUnlessChanged, wasAborted } from "./abort";
import { presentWhole, wholeProduct } from "./detail";
import { relist } from "./listings";
import { refuse } from "./problems";
import type { NewProduct, Product, ProductChange } from "./schema";
import { products } from "./tables";
import { tags } from "./tags";
import { dropOthers, saveVariants } from "./variants";

/** The id of the category that this id or slug names. */
const categoryId = (named: string) =>
  sql`(SELECT id FROM categories WHERE id = ${named} OR slug = ${named})`;

const isThere = (named: string | null | undefined) =>
  typeof named === "string" ? sql`${categoryId(named)} IS NOT NULL` : undefined;

/** Managers of a merchant add to its catalogue. */
export async function createProduct(ctx: Context, input: NewProduct): Promise<Product> {
  const merchantId = input.merchantId ?? (await onlyMerchant(ctx));
  const id = newId();
  const now = Date.now();
  const { title, description, category, status, featured } = input;
  const mayAdd = and(isMember(ctx, sql`${merchantId}`, "manager"), isThere(category));
  const write = ctx.db.insert(products).select(
    sql`SELECT ${id}, ${merchantId}, ${title}, ${description},
      ${category === null ? null : categoryId(category)}, ${JSON.stringify(input.tags)}, ${status},
      ${featured ? 1 : 0}, 0, 0, 0, ${now}, ${now}, 1 WHERE ${mayAdd}`,
  );
  const product = await save(ctx, id, write, "product.created", input).catch(async (error) => {
    if (!wasAborted(error)) throw error;
    throw (await whyNotMember(ctx, merchantId, "manager")) ?? refuse("unknown_category");
  });
  invalidate(ctx, tags.catalogue, tags.merchant(merchantId), tags.product(id));
  return product;
}

/** What is named changes; `variants` replaces them all, and those left out are archived. */
export async function changeProduct(
  ctx: Context,
  id: string,
  change: ProductChange,
): Promise<Product> {
  const { category, variants: _, ...fields } = change;
  const write = ctx.db
    .update(products)
    .set({
      ...fields,
      ...(category !== undefined && {
        categoryId: category === null ? null : (categoryId(category) as SQL<string>),
      }),
      updatedAt: Date.now(),
      version: sql`${products.version} + 1`,
    })
    .where(and(isCurrent(ctx, id), isThere(category)));
  const product = await save(ctx, id, write, "product.changed", change).catch(async (error) => {
    if (!wasAborted(error)) throw error;
    throw (await whyNot(ctx, id)) ?? refuse("unknown_category");
  });
  invalidate(ctx, tags.catalogue, tags.merchant(product.merchantId), tags.product(id));
  return product;
}

/** It is no longer sold, and stays for the orders that name it. */
export async function archiveProduct(ctx: Context, id: string): Promise<void> {
  await changeProduct(ctx, id, { status: "archived" });
}

/** One transaction: the product's row, its variants, what is told, its shelves, and the answer. */
async function save(
  ctx: Context,
  id: string,
  write: Parameters<typeof commit>[1][number],
  action: string,
  { variants }: ProductChange,
): Promise<Product> {
  const reads = wholeProduct(ctx, id);
  const results: readonly unknown[] = await commit(
    ctx,
    [
      write,
      audited(ctx, { action, target: ["product", id] }),
      emit(ctx, "product.changed", { productId: id }),
      abortUnlessChanged(ctx),
      ...(variants
        ? saveVariants(
            ctx,
            variants.map((variant) => ({ ...variant, productId: id })),
          )
        : []),
      ...(variants && action === "product.changed" ? dropOthers(ctx, id, variants) : []),
      ...relist(ctx, [id]),
      ...reads,
    ],
    `/products/${id}`,
  ).catch((error) => {
    throw violates(error, "variants.sku") ? refuse("sku_taken") : error;
  });
  return presentWhole(results.slice(-reads.length) as never)!;
}

const isCurrent = (ctx: Context, id: string) =>
  and(
    eq(products.id, id),
    isMember(ctx, products.merchantId, "manager"),
    ctx.expectedVersion === undefined ? undefined : eq(products.version, ctx.expectedVersion),
  );

/** Why a conditional write matched no product; strangers cannot tell it from one that is not there. */
async function whyNot(ctx: Context, id: string) {
  const product = await ctx.db
    .select({ merchantId: products.merchantId, version: products.version })
    .from(products)
    .where(eq(products.id, id))
    .get();
  if (!product) return refuse("product_not_found");
  const problem = await whyNotMember(ctx, product.merchantId, "manager");
  if (problem) return problem.status === 404 ? refuse("product_not_found") : problem;
  const { expectedVersion } = ctx;
  if (expectedVersion !== undefined && expectedVersion !== product.version)
    return refuseAny("version_mismatch");
}

/** The one merchant that the person manages. */
async function onlyMerchant(ctx: Context): Promise<string> {
  const [merchant, another] = await ctx.db
    .select({ id: merchantMembers.merchantId })
    .from(merchantMembers)
    .where(
      and(
        eq(merchantMembers.userId, ctx.actor.id),
        inArray(merchantMembers.role, ["manager", "owner"]),
      ),
    )
    .limit(2);
  if (!merchant || another) throw refuse("merchant_required");
  return merchant.id;
}
