import { scale } from "../../lib/amounts";
import type { Currency } from "../../lib/currencies";
import { wholeRate } from "../../lib/money";
import { chargeStep } from "../../lib/stripeUnits";
import type { TaxRate } from "./schema";

export type TaxTerms = Readonly<TaxRate>;

/** `included` is the part of the tax that the price already contains: all of it, or nothing. */
export type Tax = { readonly rate: number; readonly tax: number; readonly included: number };

/** The country's own rows come before "*", and in either the nearest category before the general rate. */
export function findTaxRate(
  rates: readonly TaxTerms[],
  country: string,
  categoryIds: readonly string[],
): TaxTerms | null {
  for (const zone of [country, "*"])
    for (const category of [...categoryIds, null]) {
      const rate = rates.find((row) => row.country === zone && row.categoryId === category);
      if (rate) return rate;
    }
  return null;
}

export function findShippingTaxRate(rates: readonly TaxTerms[], country: string): TaxTerms | null {
  const rate = findTaxRate(rates, country, []);
  return rate?.taxesShipping ? rate : null;
}

/** Rounded once, half up; a tax on top is rounded to what can be paid, a tax inside to the minor unit. */
export function taxOn(amount: number, rate: TaxTerms | null, currency: Currency): Tax {
  if (!rate) return { rate: 0, tax: 0, included: 0 };
  const { basisPoints } = rate;
  if (rate.inclusive) {
    const tax = scale(amount, basisPoints, wholeRate + basisPoints);
    return { rate: basisPoints, tax, included: tax };
  }
  const tax = scale(amount, basisPoints, wholeRate, chargeStep(currency));
  return { rate: basisPoints, tax, included: 0 };
}
