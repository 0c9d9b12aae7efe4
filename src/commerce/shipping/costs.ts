import type { Currency } from "../../lib/currencies";
import { amountIn, type Money } from "../../lib/money";
import type { ShippingCost, Zone } from "./schema";

/** A row of a merchant's shipping table; `freeAbove` in minor units of `currency`. */
export type ShippingTerms = {
  readonly id: string;
  readonly country: Zone;
  readonly currency: Currency;
  readonly cost: ShippingCost;
  readonly freeAbove: number | null;
};

export type Parcel = {
  readonly country: string;
  readonly currency: Currency;
  /** What the goods cost after discounts, as priced. */
  readonly goods: number;
  readonly grams: number;
};

/** Null where the merchant does not ship to. A merchant without any rate ships everywhere for nothing. */
export function shippingCost(
  rates: readonly ShippingTerms[],
  parcel: Parcel,
): { readonly rateId: string | null; readonly amount: number } | null {
  if (rates.length === 0) return { rateId: null, amount: 0 };
  const rate = findRate(rates, parcel);
  if (!rate) return null;
  const price = priceOf(rate, parcel);
  if (!price) return null;
  const free = rate.freeAbove !== null && parcel.goods >= rate.freeAbove;
  return { rateId: rate.id, amount: free ? 0 : amountIn(parcel.currency, price) };
}

function findRate(rates: readonly ShippingTerms[], { country, currency }: Parcel) {
  const usable = rates.filter((rate) => rate.currency === currency);
  return (
    usable.find((rate) => rate.country === country) ?? usable.find((rate) => rate.country === "*")
  );
}

function priceOf({ cost }: ShippingTerms, { goods, grams }: Parcel): Money | undefined {
  switch (cost.kind) {
    case "flat":
      return cost.price;
    case "weight":
      return cost.tiers.find(({ upTo }) => upTo === null || grams <= upTo)?.price;
    case "price":
      return cost.tiers.find(({ upTo }) => upTo === null || goods <= upTo.amount)?.price;
  }
}
