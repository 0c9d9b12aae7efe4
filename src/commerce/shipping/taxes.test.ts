import fc from "fast-check";
import { expect, test } from "vitest";
import { findShippingTaxRate, findTaxRate, type TaxTerms, taxOn } from "./taxes";

const rate = (
  country: TaxTerms["country"],
  basisPoints: number,
  changes: Partial<TaxTerms> = {},
): TaxTerms => ({
  id: `${country}-${basisPoints}`,
  country,
  categoryId: null,
  basisPoints,
  inclusive: false,
  taxesShipping: false,
  ...changes,
});

test("the country comes before everywhere, the nearest category before the general rate", () => {
  const rates = [
    rate("*", 100),
    rate("*", 200, { categoryId: "books" }),
    rate("DE", 1900),
    rate("DE", 700, { categoryId: "print" }),
    rate("DE", 0, { categoryId: "books" }),
  ];
  const find = (country: string, ...categories: string[]) =>
    findTaxRate(rates, country, categories)?.basisPoints;
  expect(find("DE")).toBe(1900);
  expect(find("DE", "novels", "books", "print")).toBe(0);
  expect(find("DE", "maps", "print")).toBe(700);
  expect(find("DE", "tea")).toBe(1900);
  expect(find("FR", "books")).toBe(200);
  expect(find("FR", "tea")).toBe(100);
  expect(findTaxRate([rate("DE", 1900)], "FR", [])).toBeNull();
});

test("shipping is taxed by the general rate, if it says so", () => {
  const german = rate("DE", 1900, { taxesShipping: true });
  expect(findShippingTaxRate([german, rate("DE", 700, { categoryId: "books" })], "DE")).toBe(
    german,
  );
  expect(findShippingTaxRate([rate("DE", 1900)], "DE")).toBeNull();
  expect(findShippingTaxRate([german], "FR")).toBeNull();
});

test("a tax on top is added and a tax inside is found", () => {
  expect(taxOn(999, rate("US", 825), "USD")).toEqual({ rate: 825, tax: 82, included: 0 });
  expect(taxOn(11_900, rate("DE", 1900, { inclusive: true }), "EUR")).toEqual({
    rate: 1900,
    tax: 1900,
    included: 1900,
  });
  expect(taxOn(999, null, "EUR")).toEqual({ rate: 0, tax: 0, included: 0 });
});

test("a tax on top can be paid to the last digit; a tax inside needs not", () => {
  expect(taxOn(12_340, rate("KW", 500), "KWD").tax).toBe(620);
  expect(taxOn(12_340, rate("KW", 500, { inclusive: true }), "KWD").tax).toBe(588);
});

test("net and tax are the price; no tax exceeds what it is in", () => {
  const amounts = fc.integer({ min: 0, max: 1_000_000_000 });
  fc.assert(
    fc.property(amounts, fc.integer({ min: 0, max: 10_000 }), (amount, basisPoints) => {
      const { tax, included } = taxOn(amount, rate("DE", basisPoints, { inclusive: true }), "EUR");
      expect(tax).toBe(included);
      expect(tax >= 0 && tax * 2 <= amount + 1).toBe(true);
      const back = taxOn(amount - tax, rate("DE", basisPoints), "EUR").tax;
      expect(Math.abs(back - tax)).toBeLessThanOrEqual(1);
    }),
  );
});
