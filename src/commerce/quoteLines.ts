import { MoneyError, scale, sumAmounts } from "../lib/amounts";
import { amountIn, wholeRate } from "../lib/money";
import type { PromotionResult } from "./promotions/evaluate";
import { byText } from "./promotions/terms";
import type { MerchantTerms, QuotedItem, QuoteInput } from "./quote";
import type { QuoteLine, QuoteMerchant, QuoteShipping, QuoteTotals } from "./quoteShape";
import { shippingCost } from "./shipping/costs";
import { findShippingTaxRate, findTaxRate, taxOn } from "./shipping/taxes";

/** Discounts, tax and commission of every line, each rounded once. */
export function quoteLines(input: QuoteInput, { lines }: PromotionResult): QuoteLine[] {
  const discounts = new Map(lines.map((line) => [line.variantId, line]));
  return input.lines
    .map((item): QuoteLine => {
      const { gross = 0, discount = 0, platformDiscount = 0 } = discounts.get(item.variantId) ?? {};
      const { commissionRate, taxRates } = termsOf(input, item.merchantId);
      const rate = findTaxRate(taxRates, input.destination.country, item.categoryIds);
      const taxed = taxOn(gross - discount, rate, input.currency);
      const net = gross - discount - taxed.included;
      return {
        merchantId: item.merchantId,
        productId: item.productId,
        variantId: item.variantId,
        quantity: item.quantity,
        unitPrice: item.unitPrice.amount,
        compareAt: item.compareAt && amountIn(input.currency, item.compareAt),
        gross,
        discount,
        platformDiscount,
        taxRate: taxed.rate,
        tax: taxed.tax,
        taxIncluded: taxed.included,
        net,
        total: net + taxed.tax,
        commissionRate,
        commission: scale(net, commissionRate, wholeRate),
      };
    })
    .sort((a, b) => byText(a.merchantId, b.merchantId) || byText(a.variantId, b.variantId));
}

/** Null if the merchant does not ship there. */
export function quoteMerchant(
  merchantId: string,
  lines: readonly QuoteLine[],
  input: QuoteInput,
  { freeShipping }: PromotionResult,
): QuoteMerchant | null {
  const own = lines.filter((line) => line.merchantId === merchantId);
  const goods = sumsOf(own);
  const shipping = quoteShipping(
    termsOf(input, merchantId),
    goods.gross - goods.discount,
    sumAmounts(input.lines.filter((item) => item.merchantId === merchantId).map(gramsOf)),
    input,
    freeShipping.get(merchantId) ?? null,
  );
  if (!shipping) return null;
  return {
    merchantId,
    ...goods,
    shipping,
    tax: goods.tax + shipping.tax,
    taxIncluded: goods.taxIncluded + shipping.taxIncluded,
    total: goods.total + shipping.total,
  };
}

function quoteShipping(
  { shippingRates, taxRates }: MerchantTerms,
  goods: number,
  grams: number,
  { destination: { country }, currency }: QuoteInput,
  promotionId: string | null,
): QuoteShipping | null {
  const cost = shippingCost(shippingRates, { country, currency, goods, grams });
  if (!cost) return null;
  const discount = promotionId === null ? 0 : cost.amount;
  const paid = cost.amount - discount;
  const taxed = taxOn(paid, findShippingTaxRate(taxRates, country), currency);
  return {
    ...cost,
    discount,
    promotionId,
    taxRate: taxed.rate,
    tax: taxed.tax,
    taxIncluded: taxed.included,
    total: paid + taxed.tax - taxed.included,
  };
}

export function totalsOf(merchants: readonly QuoteMerchant[]): QuoteTotals {
  return {
    ...sumsOf(merchants),
    shipping: sumAmounts(merchants.map(({ shipping }) => shipping.amount)),
    shippingDiscount: sumAmounts(merchants.map(({ shipping }) => shipping.discount)),
  };
}

type Summed = Omit<QuoteTotals, "shipping" | "shippingDiscount">;

function sumsOf(parts: readonly Summed[]): Summed {
  const sum = (key: keyof Summed) => sumAmounts(parts.map((part) => part[key]));
  return {
    gross: sum("gross"),
    discount: sum("discount"),
    platformDiscount: sum("platformDiscount"),
    net: sum("net"),
    commission: sum("commission"),
    tax: sum("tax"),
    taxIncluded: sum("taxIncluded"),
    total: sum("total"),
  };
}

function gramsOf({ weight, quantity }: QuotedItem): number {
  if (!Number.isSafeInteger(weight) || weight < 0) throw new MoneyError("bad_quantity");
  return weight * quantity;
}

function termsOf({ merchants }: QuoteInput, merchantId: string): MerchantTerms {
  const terms = merchants.get(merchantId);
  if (!terms) throw new Error(`no terms for merchant ${merchantId}`);
  return terms;
}
