import { and, eq, sql } from "drizzle-orm";
import { createCategory } from "../commerce/catalog/categories";
import { createProduct } from "../commerce/catalog/products";
import { NewProduct } from "../commerce/catalog/schema";
import { variants } from "../commerce/catalog/tables";
import { addImage } from "../commerce/media/images";
import { createMerchant } from "../commerce/merchants/merchants";
import { merchantMembers, merchants } from "../commerce/merchants/tables";
import { createPromotion } from "../commerce/promotions/promotions";
import { NewPromotion } from "../commerce/promotions/schema";
import { type Actor, type AnyContext, type Context, systemContext } from "../data/context";
import { InProgress, send } from "../data/outbox";
import { Problem } from "../http/problem";
import * as demo from "./demoShop";
import { drawPicture } from "./picture";

/** Fills in what the shop lacks: categories, merchants, products and their pictures. */
export async function seedShop(system: AnyContext, adminId: string, sellerId: string) {
  for (const category of demo.categories)
    await once(system, adminId, `category ${category.slug}`, (ctx) =>
      createCategory(ctx, { ...category, position: 0 }),
    );
  await once(system, adminId, "promotion of the platform", (ctx) =>
    createPromotion(ctx, NewPromotion.parse(demo.threeForTwo)),
  );
  const added = await Promise.all(
    demo.merchants.map((merchant) => seedMerchant(system, sellerId, merchant)),
  );
  return added.reduce((sum, count) => sum + count, 0);
}

async function seedMerchant(
  system: AnyContext,
  ownerId: string,
  { products, prefix, ...merchant }: (typeof demo.merchants)[number],
): Promise<number> {
  await once(system, ownerId, `merchant ${prefix}`, (ctx) => createMerchant(ctx, merchant));
  const merchantId = await merchantOf(system, ownerId, merchant.name);
  if (!merchantId) return 0;
  await once(system, ownerId, `promotion ${prefix}`, (ctx) =>
    createPromotion(ctx, NewPromotion.parse({ ...demo.welcome, merchantId })),
  );
  const known = await knownSkus(system, merchantId);
  let added = 0;
  for (const [n, product] of products.entries()) {
    const sku = `${prefix}-${String(n + 1).padStart(2, "0")}`;
    if (known.has(sku) || known.has(`${sku}-1`)) continue;
    const input = inputOf(product, sku, merchantId);
    const made = await once(system, ownerId, sku, (ctx) => createProduct(ctx, input));
    if (!made) continue;
    added += 1;
    await once(system, ownerId, `${sku} picture`, async (ctx) =>
      addImage(ctx, made.id, {
        bytes: await drawPicture(product.title),
        name: `${sku}.png`,
        fields: { alt: product.title },
      }),
    );
  }
  return added;
}

function inputOf(
  product: (typeof demo.merchants)[number]["products"][number],
  sku: string,
  merchantId: string,
) {
  const { price, options, stock, tags, featured = false, ...fields } = product;
  const prices = [
    { amount: price, currency: "EUR" },
    { amount: Math.round((price * 1.1) / 10) * 10, currency: "USD" },
  ];
  const [name = "", ...values] = options ?? [];
  const all = values.map((value, n) => {
    return { sku: `${sku}-${n + 1}`, title: value, options: { [name]: value }, prices, stock };
  });
  return NewProduct.parse({
    ...fields,
    merchantId,
    tags: tags.split(" "),
    status: "active",
    featured,
    variants: all.length > 0 ? all : [{ sku, prices, stock }],
  });
}

/** As this person, and once: the claim on a key of its own loses to whoever was first. */
async function once<T>(
  system: AnyContext,
  actorId: string,
  key: string,
  make: (ctx: Context) => Promise<T>,
): Promise<T | null> {
  const ctx = systemContext(system.requestId) as AnyContext;
  ctx.actor = { id: actorId, role: "super_admin", sessionId: null } satisfies Actor;
  ctx.claim = { principal: "seed", key, requestHash: "", made: false };
  const made = await make(ctx as Context).catch((error) => {
    if (!(error instanceof InProgress || isThere(error))) throw error;
    return null;
  });
  await send(ctx);
  return made;
}

const isThere = (error: unknown) => error instanceof Problem && error.status === 409;

async function merchantOf(ctx: AnyContext, ownerId: string, name: string) {
  const row = await ctx.db
    .select({ id: merchants.id })
    .from(merchants)
    .innerJoin(merchantMembers, eq(merchantMembers.merchantId, merchants.id))
    .where(and(eq(merchantMembers.userId, ownerId), eq(merchants.name, name)))
    .get();
  return row?.id;
}

async function knownSkus(ctx: AnyContext, merchantId: string): Promise<Set<string>> {
  const rows = await ctx.db
    .select({ sku: variants.sku })
    .from(variants)
    .where(sql`${variants.merchantId} = ${merchantId}`);
  return new Set(rows.map(({ sku }) => sku));
}
