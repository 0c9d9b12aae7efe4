import { eq, sql } from "drizzle-orm";
import type { Context } from "../../data/context";
import { violates } from "../../data/database";
import { demand, isUnmet } from "../../data/demand";
import { commit } from "../../data/outbox";
import { invalidate } from "../../http/cache";
import { audited } from "../../identity/trail";
import { newId } from "../../lib/id";
import { isMember, whyNotMember } from "../merchants/membership";
import { refuse as refuseMerchant } from "../merchants/problems";
import { refuse } from "./problems";
import type { NewShippingRate, NewTaxRate, ShippingRate, TaxRate } from "./schema";
import { shippingRates, shippingRateView, taxRates, taxRateView } from "./tables";

type Table<T> = { merchantId: string; rates: T[] };

/** The whole table of a merchant: small, and quoted as a whole. */
export async function readTaxRates(ctx: Context, merchantId: string): Promise<Table<TaxRate>> {
  const [members, rates] = await ctx.db.batch([
    ctx.db.select({ yes: sql<number>`${isMember(ctx, sql`${merchantId}`, "staff")}` }).from(one),
    ctx.db.select(taxRateView).from(taxRates).where(eq(taxRates.merchantId, merchantId)),
  ]);
  if (!members[0]?.yes) throw refuseMerchant("merchant_not_found");
  return { merchantId, rates };
}

export async function readShippingRates(
  ctx: Context,
  merchantId: string,
): Promise<Table<ShippingRate>> {
  const [members, rates] = await ctx.db.batch([
    ctx.db.select({ yes: sql<number>`${isMember(ctx, sql`${merchantId}`, "staff")}` }).from(one),
    ctx.db
      .select(shippingRateView)
      .from(shippingRates)
      .where(eq(shippingRates.merchantId, merchantId)),
  ]);
  if (!members[0]?.yes) throw refuseMerchant("merchant_not_found");
  return { merchantId, rates: rates.map(presentShipping) };
}

/** Replaces the table; a reader sees the old one or the new one, never a mixture. */
export async function replaceTaxRates(
  ctx: Context,
  merchantId: string,
  rates: NewTaxRate[],
): Promise<Table<TaxRate>> {
  const rows = rates.map((rate) => ({ ...rate, id: newId() }));
  const now = Date.now();
  await commit(ctx, [
    demand(ctx, isMember(ctx, sql`${merchantId}`, "manager")),
    ctx.db.delete(taxRates).where(eq(taxRates.merchantId, merchantId)),
    ctx.db.insert(taxRates).select(
      sql`SELECT value->>'id', ${merchantId}, value->>'country', value->>'categoryId',
        value->>'basisPoints', value->>'inclusive', value->>'taxesShipping', ${now}, ${now}
        FROM json_each(${JSON.stringify(rows)})`,
    ),
    audited(ctx, { action: "merchant.tax_rates_replaced", target: ["merchant", merchantId] }),
  ]).catch((error) => explain(ctx, merchantId, error));
  invalidate(ctx, `merchant:${merchantId}`);
  return { merchantId, rates: rows };
}

export async function replaceShippingRates(
  ctx: Context,
  merchantId: string,
  rates: NewShippingRate[],
): Promise<Table<ShippingRate>> {
  const rows = rates.map((rate) => ({ ...rate, id: newId() }));
  const now = Date.now();
  await commit(ctx, [
    demand(ctx, isMember(ctx, sql`${merchantId}`, "manager")),
    ctx.db.delete(shippingRates).where(eq(shippingRates.merchantId, merchantId)),
    ctx.db.insert(shippingRates).select(
      sql`SELECT value->>'id', ${merchantId}, value->>'country', value->>'currency',
        value->'cost', value->'freeAbove'->>'amount', ${now}, ${now}
        FROM json_each(${JSON.stringify(rows)})`,
    ),
    audited(ctx, { action: "merchant.shipping_rates_replaced", target: ["merchant", merchantId] }),
  ]).catch((error) => explain(ctx, merchantId, error));
  invalidate(ctx, `merchant:${merchantId}`);
  return { merchantId, rates: rows };
}

const one = sql`(SELECT 1)`;

const presentShipping = ({
  freeAbove,
  ...row
}: Omit<ShippingRate, "freeAbove"> & {
  freeAbove: number | null;
}): ShippingRate => ({
  ...row,
  freeAbove: freeAbove === null ? null : { amount: freeAbove, currency: row.currency },
});

async function explain(ctx: Context, merchantId: string, error: unknown): Promise<never> {
  if (violates(error, "tax_rates.") || violates(error, "shipping_rates."))
    throw refuse("duplicate_rate");
  if (!isUnmet(error)) throw error;
  throw (await whyNotMember(ctx, merchantId, "manager")) ?? refuseMerchant("merchant_not_found");
}
