import { env } from "cloudflare:workers";
import { eq } from "drizzle-orm";
import { expect, test } from "vitest";
import { Database } from "../../data/database";
import { newId } from "../../lib/id";
import { money } from "../../lib/money";
import { type ShippingTerms, shippingCost } from "./costs";
import { shippingRates, shippingRateView, taxRates, taxRateView } from "./tables";
import { findTaxRate, type TaxTerms } from "./taxes";

const db = new Database(env.DB, "first-primary").db;
const stamps = { createdAt: 1, updatedAt: 1 };

const tax = (merchantId: string, changes: Partial<typeof taxRates.$inferInsert> = {}) => {
  const row = { country: "DE" as const, basisPoints: 1900, inclusive: true, taxesShipping: false };
  return db.insert(taxRates).values({ id: newId(), merchantId, ...row, ...stamps, ...changes });
};

test("a stored tax table is what the quote reads", async () => {
  await tax("m1");
  await tax("m1", { categoryId: "books", basisPoints: 700 });
  await tax("m2", { basisPoints: 2000 });
  const rows: TaxTerms[] = await db
    .select(taxRateView)
    .from(taxRates)
    .where(eq(taxRates.merchantId, "m1"));
  expect(findTaxRate(rows, "DE", ["books"])).toMatchObject({ basisPoints: 700, inclusive: true });
  expect(findTaxRate(rows, "DE", [])).toMatchObject({ basisPoints: 1900, taxesShipping: false });
});

test("a zone has one general rate and one per category", async () => {
  await tax("m3");
  await expect(tax("m3")).rejects.toThrow();
  await tax("m3", { categoryId: "books" });
  await expect(tax("m3", { categoryId: "books" })).rejects.toThrow();
  await expect(tax("m4", { basisPoints: 10_001 })).rejects.toThrow();
  await expect(tax("m4", { categoryId: "books", taxesShipping: true })).rejects.toThrow();
});

test("a stored shipping table is what the quote reads, one row per zone and currency", async () => {
  const ship = (freeAbove: number | null) =>
    db.insert(shippingRates).values({
      id: newId(),
      merchantId: "m1",
      country: "*",
      currency: "EUR",
      cost: { kind: "flat", price: money(490, "EUR") },
      freeAbove,
      ...stamps,
    });
  await expect(ship(0)).rejects.toThrow();
  await ship(5000);
  await expect(ship(null)).rejects.toThrow();
  const rows: ShippingTerms[] = await db.select(shippingRateView).from(shippingRates);
  const parcel = { country: "FR", currency: "EUR" as const, grams: 1 };
  expect(shippingCost(rows, { ...parcel, goods: 4999 })?.amount).toBe(490);
  expect(shippingCost(rows, { ...parcel, goods: 5000 })?.amount).toBe(0);
});
