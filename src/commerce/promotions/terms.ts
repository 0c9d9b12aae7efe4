import type { Currency } from "../../lib/currencies";
import type { Money } from "../../lib/money";
import type { Benefit, Refusal, Selection, stackings, statuses } from "./schema";

/** A promotion as it stands in its row; amounts in minor units of `currency`, times in epoch milliseconds. */
export type PromotionTerms = {
  readonly id: string;
  readonly merchantId: string | null;
  readonly title: string;
  readonly code: string | null;
  readonly status: (typeof statuses)[number];
  readonly benefit: Benefit;
  readonly eligible: Selection;
  readonly currency: Currency | null;
  readonly minimum: number | null;
  readonly startsAt: number | null;
  readonly endsAt: number | null;
  readonly stacking: (typeof stackings)[number];
  readonly priority: number;
  readonly usageLimit: number | null;
  readonly held: number;
  readonly used: number;
  readonly customerLimit: number | null;
  readonly budget: number | null;
  readonly budgetHeld: number;
  readonly budgetUsed: number;
};

/** One variant of a cart; a cart has each variant once. */
export type PricedLine = {
  readonly merchantId: string;
  readonly productId: string;
  readonly variantId: string;
  /** The product's category first, then its ancestors up to the root. */
  readonly categoryIds: readonly string[];
  readonly quantity: number;
  readonly unitPrice: Money;
};

export type CustomerFacts = {
  /** How often the customer holds or has used each promotion, by its id. */
  readonly uses: ReadonlyMap<string, number>;
};

export function isSelected(selection: Selection, line: PricedLine): boolean {
  const { productIds, variantIds, categoryIds } = selection;
  if (productIds.length + variantIds.length + categoryIds.length === 0) return true;
  return (
    variantIds.includes(line.variantId) ||
    productIds.includes(line.productId) ||
    line.categoryIds.some((id) => categoryIds.includes(id))
  );
}

export const isInScope = ({ merchantId }: PromotionTerms, line: PricedLine): boolean =>
  merchantId === null || merchantId === line.merchantId;

/** What forbids a promotion whatever is in the cart. The window includes its start and excludes its end. */
export function refusalNow(
  terms: PromotionTerms,
  now: number,
  currency: Currency,
  customer: CustomerFacts,
): Refusal | null {
  const { startsAt, endsAt, usageLimit, customerLimit } = terms;
  if (terms.status !== "active") return "inactive";
  if (startsAt !== null && now < startsAt) return "not_started";
  if (endsAt !== null && now >= endsAt) return "expired";
  if (terms.currency !== null && terms.currency !== currency) return "currency_mismatch";
  if (usageLimit !== null && terms.held + terms.used >= usageLimit) return "usage_exhausted";
  if (customerLimit !== null && (customer.uses.get(terms.id) ?? 0) >= customerLimit)
    return "customer_limit_reached";
  return null;
}

/** A promise is kept in full or not at all: a discount above what is left of the budget is not given. */
export const isWithinBudget = (terms: PromotionTerms, discount: number): boolean =>
  terms.budget === null || terms.budgetHeld + terms.budgetUsed + discount <= terms.budget;

/** By code units: the same order in every place and language. */
export const byText = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);
