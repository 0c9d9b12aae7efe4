import type { Currency } from "../lib/currencies";

/**
 * A frozen price: every amount in minor units of `currency`, every list sorted by id.
 * On a line: `total = gross − discount + tax − taxIncluded`, `net = total − tax`.
 */
export type QuoteLine = {
  readonly merchantId: string;
  readonly productId: string;
  readonly variantId: string;
  readonly quantity: number;
  readonly unitPrice: number;
  readonly compareAt: number | null;
  readonly gross: number;
  readonly discount: number;
  readonly platformDiscount: number;
  readonly taxRate: number;
  readonly tax: number;
  /** The part of `tax` that the price already contains. */
  readonly taxIncluded: number;
  readonly net: number;
  readonly total: number;
  readonly commissionRate: number;
  /** Of `net`, so of what the customer pays for the goods without tax. */
  readonly commission: number;
};

/** `total = amount − discount + tax − taxIncluded`. */
export type QuoteShipping = {
  readonly rateId: string | null;
  readonly amount: number;
  readonly discount: number;
  readonly promotionId: string | null;
  readonly taxRate: number;
  readonly tax: number;
  readonly taxIncluded: number;
  readonly total: number;
};

type Sums = {
  readonly gross: number;
  readonly discount: number;
  readonly platformDiscount: number;
  readonly net: number;
  readonly commission: number;
};

/** `tax`, `taxIncluded` and `total` count the shipping too. */
export type QuoteMerchant = Sums & {
  readonly merchantId: string;
  readonly shipping: QuoteShipping;
  readonly tax: number;
  readonly taxIncluded: number;
  readonly total: number;
};

/** What a promotion took off, shipping included. */
export type QuotePromotion = {
  readonly promotionId: string;
  readonly merchantId: string | null;
  readonly title: string;
  readonly code: string | null;
  readonly amount: number;
};

/** `total = gross − discount + shipping − shippingDiscount + tax − taxIncluded`. */
export type QuoteTotals = Sums & {
  readonly shipping: number;
  readonly shippingDiscount: number;
  readonly tax: number;
  readonly taxIncluded: number;
  readonly total: number;
};

export type Quote = {
  readonly currency: Currency;
  readonly destination: { readonly country: string };
  readonly lines: readonly QuoteLine[];
  readonly merchants: readonly QuoteMerchant[];
  readonly promotions: readonly QuotePromotion[];
  readonly totals: QuoteTotals;
};
