import fc from "fast-check";
import { expect } from "vitest";
import { money } from "../lib/money";
import { line, someLines, somePromotions } from "./promotions/arbitraries";
import { type MerchantTerms, type QuotedItem, type QuoteInput, quoteCart } from "./quote";
import type { Quote } from "./quoteShape";
import type { TaxTerms } from "./shipping/taxes";

/** Carts, merchants and their tables for the tests of quotes. */

export const euros = (amount: number) => money(amount, "EUR");
export const item = (
  variantId: string,
  price: number,
  quantity = 1,
  merchantId = "m1",
): QuotedItem => ({
  ...line(variantId, price, quantity, { merchantId }),
  compareAt: null,
  weight: 100,
});
export const tax = (basisPoints: number, changes: Partial<TaxTerms> = {}): TaxTerms => ({
  id: "tax",
  country: "DE",
  categoryId: null,
  basisPoints,
  inclusive: true,
  taxesShipping: true,
  ...changes,
});
export const flat = (amount: number, freeAbove: number | null = null) => ({
  id: "flat",
  country: "*" as const,
  currency: "EUR" as const,
  cost: { kind: "flat" as const, price: euros(amount) },
  freeAbove,
});
export const merchant = (changes: Partial<MerchantTerms> = {}): MerchantTerms => ({
  commissionRate: 1000,
  taxRates: [],
  shippingRates: [],
  ...changes,
});
export const input = (changes: Partial<QuoteInput>): QuoteInput => ({
  currency: "EUR",
  lines: [],
  promotions: [],
  now: 1000,
  customer: { uses: new Map() },
  merchants: new Map([["m1", merchant()]]),
  destination: { country: "DE" },
  ...changes,
});
export const quote = (changes: Partial<QuoteInput>): Quote => {
  const quoted = quoteCart(input(changes));
  return "quote" in quoted ? quoted.quote : expect.fail("not deliverable");
};

const someMerchant = fc.record({
  commissionRate: fc.integer({ min: 0, max: 3000 }),
  taxRates: fc.uniqueArray(
    fc.record({
      id: fc.constant("tax"),
      country: fc.constantFrom("DE" as const, "*" as const),
      categoryId: fc.constantFrom("shirts", "tea", null),
      basisPoints: fc.integer({ min: 0, max: 3000 }),
      inclusive: fc.boolean(),
      taxesShipping: fc.boolean(),
    }),
    { maxLength: 4, selector: (rate) => `${rate.country}${rate.categoryId}` },
  ),
  shippingRates: fc.array(
    fc
      .tuple(fc.integer({ min: 0, max: 2000 }), fc.option(fc.nat(50_000)))
      .map((rate) => flat(...rate)),
    { maxLength: 1 },
  ),
});
export const someInput = fc
  .record({
    lines: someLines,
    promotions: somePromotions,
    merchants: fc.tuple(someMerchant, someMerchant, someMerchant),
  })
  .map(({ lines, promotions, merchants }) =>
    input({
      promotions,
      lines: lines.map((one) => ({ ...one, compareAt: null, weight: 100 })),
      merchants: new Map(merchants.map((terms, i) => [`m${i + 1}`, terms])),
    }),
  );
