import { expect, test } from "vitest";
import { NewShippingRate, NewTaxRate } from "./schema";

const euros = (amount: number) => ({ amount, currency: "EUR" });
const rate = (cost: unknown, more: object = {}) =>
  NewShippingRate.safeParse({ country: "DE", currency: "EUR", cost, ...more }).success;

test("shipping may be flat or rise in tiers", () => {
  expect(rate({ kind: "flat", price: euros(0) })).toBe(true);
  expect(rate({ kind: "flat", price: euros(-1) })).toBe(false);
  const tiers = (...bounds: (number | null)[]) =>
    rate({ kind: "weight", tiers: bounds.map((upTo) => ({ upTo, price: euros(5) })) });
  expect(tiers(500, 1000, null)).toBe(true);
  for (const bounds of [[], [0], [1.5], [500, 500], [1000, 500], [null, 500], [null, null]])
    expect(tiers(...bounds)).toBe(false);
  const price = (...bounds: (number | null)[]) =>
    rate({
      kind: "price",
      tiers: bounds.map((upTo) => ({ upTo: upTo && euros(upTo), price: euros(5) })),
    });
  expect(price(500, 1000, null)).toBe(true);
  expect(price(1000, 500)).toBe(false);
});

test("every sum of a rate is in its currency", () => {
  const dollars = { amount: 5, currency: "USD" };
  expect(rate({ kind: "flat", price: dollars })).toBe(false);
  expect(rate({ kind: "flat", price: euros(5) }, { freeAbove: dollars })).toBe(false);
  expect(rate({ kind: "price", tiers: [{ upTo: dollars, price: euros(5) }] })).toBe(false);
  expect(rate({ kind: "flat", price: euros(5) }, { country: "XX" })).toBe(false);
});

test("only a general rate taxes shipping", () => {
  const tax = (more: object) => NewTaxRate.safeParse({ country: "*", basisPoints: 1900, ...more });
  const categoryId = "018bcfe5-6800-7000-8000-000000000000";
  expect(tax({ taxesShipping: true }).success).toBe(true);
  expect(tax({ categoryId }).data).toMatchObject({ inclusive: false, taxesShipping: false });
  expect(tax({ categoryId, taxesShipping: true }).success).toBe(false);
  for (const basisPoints of [-1, 10_001, 19.5]) expect(tax({ basisPoints }).success).toBe(false);
});
