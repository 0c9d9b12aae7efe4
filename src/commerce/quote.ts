import { sumAmounts } from "../lib/amounts";
import type { Money } from "../lib/money";
import {
  evaluatePromotions,
  type PromotionInput,
  type PromotionResult,
} from "./promotions/evaluate";
import type { Refusal } from "./promotions/schema";
import { byText, isWithinBudget, type PricedLine } from "./promotions/terms";
import { quoteLines, quoteMerchant, totalsOf } from "./quoteLines";
import type { Quote, QuoteMerchant, QuotePromotion } from "./quoteShape";
import type { ShippingTerms } from "./shipping/costs";
import type { TaxTerms } from "./shipping/taxes";

export type QuotedItem = PricedLine & {
  readonly compareAt: Money | null;
  /** Grams of one unit. */
  readonly weight: number;
};

export type MerchantTerms = {
  /** Basis points of what its goods cost after discounts, without tax. */
  readonly commissionRate: number;
  readonly taxRates: readonly TaxTerms[];
  readonly shippingRates: readonly ShippingTerms[];
};

export type QuoteInput = Omit<PromotionInput, "lines" | "withheld"> & {
  readonly lines: readonly QuotedItem[];
  readonly merchants: ReadonlyMap<string, MerchantTerms>;
  readonly destination: { readonly country: string };
};

/** The price and why each promotion did what it did, or the merchants that do not ship there. */
export type Quoted =
  | { readonly quote: Quote; readonly explanation: PromotionResult }
  | { readonly undeliverable: readonly string[] };

/** Says what a cart costs: the same for the same input in any order, and nothing but the input counts. */
export function quoteCart(input: QuoteInput): Quoted {
  const withheld = new Map<string, Refusal>();
  for (;;) {
    const explanation = evaluatePromotions({ ...input, withheld });
    const lines = quoteLines(input, explanation);
    const merchants: QuoteMerchant[] = [];
    const undeliverable: string[] = [];
    for (const id of [...new Set(lines.map((line) => line.merchantId))].sort(byText)) {
      const merchant = quoteMerchant(id, lines, input, explanation);
      if (merchant) merchants.push(merchant);
      else undeliverable.push(id);
    }
    if (undeliverable.length > 0) return { undeliverable };

    const refusals = refuseShipping(input, merchants, explanation);
    for (const [id, reason] of refusals) withheld.set(id, reason);
    if (refusals.length > 0) continue;
    const quote = {
      currency: input.currency,
      destination: { country: input.destination.country },
      lines,
      merchants,
      promotions: quotePromotions(merchants, explanation),
      totals: totalsOf(merchants),
    };
    return { quote, explanation };
  }
}

/** Free shipping is no use where shipping costs nothing, and no promise beyond its budget. */
function refuseShipping(
  { promotions }: QuoteInput,
  merchants: readonly QuoteMerchant[],
  { freeShipping }: PromotionResult,
): [string, Refusal][] {
  const shipping = new Set(freeShipping.values());
  return promotions.flatMap((terms): [string, Refusal][] => {
    if (!shipping.has(terms.id)) return [];
    const waived = waivedBy(terms.id, merchants);
    if (waived === 0) return [[terms.id, "nothing_left"]];
    return isWithinBudget(terms, waived) ? [] : [[terms.id, "budget_exhausted"]];
  });
}

function quotePromotions(
  merchants: readonly QuoteMerchant[],
  { promotions }: PromotionResult,
): QuotePromotion[] {
  return promotions
    .flatMap((outcome): QuotePromotion[] => {
      if (!outcome.applied) return [];
      const { promotionId, merchantId, title, code } = outcome;
      const amount = outcome.amount + waivedBy(promotionId, merchants);
      return [{ promotionId, merchantId, title, code, amount }];
    })
    .sort((a, b) => byText(a.promotionId, b.promotionId));
}

const waivedBy = (promotionId: string, merchants: readonly QuoteMerchant[]): number =>
  sumAmounts(
    merchants.flatMap(({ shipping }) =>
      shipping.promotionId === promotionId ? [shipping.discount] : [],
    ),
  );
