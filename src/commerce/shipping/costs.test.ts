import { expect, test } from "vitest";
import { money } from "../../lib/money";
import { type Parcel, type ShippingTerms, shippingCost } from "./costs";
import type { ShippingCost } from "./schema";

const euros = (amount: number) => money(amount, "EUR");
const flat = (amount: number): ShippingCost => ({ kind: "flat", price: euros(amount) });

const rate = (
  country: ShippingTerms["country"],
  cost: ShippingCost,
  freeAbove: number | null = null,
): ShippingTerms => ({ id: country, country, currency: "EUR", cost, freeAbove });

const cost = (rates: readonly ShippingTerms[], parcel: Partial<Parcel> = {}) =>
  shippingCost(rates, { country: "DE", currency: "EUR", goods: 1000, grams: 500, ...parcel });

test("a merchant without a table ships everywhere for nothing", () => {
  expect(cost([])).toEqual({ rateId: null, amount: 0 });
});

test("the country's own rate comes before everywhere's", () => {
  const rates = [rate("*", flat(1500)), rate("DE", flat(490))];
  expect(cost(rates)).toEqual({ rateId: "DE", amount: 490 });
  expect(cost(rates, { country: "FR" })).toEqual({ rateId: "*", amount: 1500 });
});

test("without a rate for the place or the currency nothing is shipped", () => {
  expect(cost([rate("DE", flat(490))], { country: "FR" })).toBeNull();
  expect(cost([rate("DE", flat(490))], { currency: "USD" })).toBeNull();
});

test("a weight tier holds up to and with its bound; beyond the last nothing is shipped", () => {
  const byWeight: ShippingCost = {
    kind: "weight",
    tiers: [
      { upTo: 500, price: euros(300) },
      { upTo: 2000, price: euros(600) },
    ],
  };
  const amount = (grams: number) => cost([rate("DE", byWeight)], { grams })?.amount;
  expect([0, 500, 501, 2000, 2001].map(amount)).toEqual([300, 300, 600, 600, undefined]);
});

test("a price tier is chosen by the goods after discounts", () => {
  const byPrice: ShippingCost = {
    kind: "price",
    tiers: [
      { upTo: euros(999), price: euros(500) },
      { upTo: null, price: euros(200) },
    ],
  };
  const amount = (goods: number) => cost([rate("DE", byPrice)], { goods })?.amount;
  expect([0, 999, 1000, 1_000_000].map(amount)).toEqual([500, 500, 200, 200]);
});

test("free above starts at its amount", () => {
  const rates = [rate("DE", flat(490), 5000)];
  expect(cost(rates, { goods: 4999 })?.amount).toBe(490);
  expect(cost(rates, { goods: 5000 })).toEqual({ rateId: "DE", amount: 0 });
});
