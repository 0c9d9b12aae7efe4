import { MoneyError, sumAmounts } from "../../lib/amounts";
import type { Currency } from "../../lib/currencies";
import { amountIn, multiplyMoney } from "../../lib/money";
import { chargeStep } from "../../lib/stripeUnits";
import { discountLines, type OpenLine } from "./benefits";
import type { Refusal } from "./schema";
import {
  byText,
  type CustomerFacts,
  isInScope,
  isSelected,
  isWithinBudget,
  type PricedLine,
  type PromotionTerms,
  refusalNow,
} from "./terms";

export type PromotionInput = {
  readonly currency: Currency;
  readonly lines: readonly PricedLine[];
  /** Every automatic promotion of the cart's merchants and the platform, and those of the entered codes. */
  readonly promotions: readonly PromotionTerms[];
  readonly now: number;
  readonly customer: CustomerFacts;
  /** Promotions that the price of shipping forbids, which is known only after the discounts. */
  readonly withheld?: ReadonlyMap<string, Refusal>;
};

type Given = { readonly applied: true; readonly amount: number };
type NotGiven = { readonly applied: false; readonly reason: Refusal };

/** `missing`: what a basket below the minimum still lacks. */
export type PromotionOutcome = {
  readonly promotionId: string;
  readonly merchantId: string | null;
  readonly title: string;
  readonly code: string | null;
} & (
  | (Given & { readonly freeShipping: readonly string[] })
  | (NotGiven & { readonly missing?: number })
);

export type LineDiscount = {
  readonly variantId: string;
  readonly gross: number;
  readonly discount: number;
  /** The part of the discount that promotions of the platform gave. */
  readonly platformDiscount: number;
  readonly promotions: readonly ({ readonly promotionId: string } & (Given | NotGiven))[];
};

/** Amounts are minor units of `currency`; lines are sorted by variant, promotions in order of application. */
export type PromotionResult = {
  readonly currency: Currency;
  readonly discount: number;
  readonly lines: readonly LineDiscount[];
  readonly promotions: readonly PromotionOutcome[];
  /** Which promotion ships each merchant's goods free. */
  readonly freeShipping: ReadonlyMap<string, string>;
};

type State = {
  readonly line: PricedLine;
  readonly gross: number;
  left: number;
  platform: number;
  stacked: PromotionTerms["stacking"] | null;
  readonly outcomes: LineDiscount["promotions"][number][];
};
type Cart = {
  readonly lines: readonly State[];
  readonly freeShipping: Map<string, string>;
};
type Attempt =
  | {
      readonly open: readonly State[];
      readonly amounts: readonly number[];
      readonly shipped: readonly string[];
    }
  | { readonly reason: Refusal; readonly missing?: number };

/**
 * Promotions apply by priority, highest first; of equals the one worth more alone, then the older id.
 * Each sees what those before it left to pay. A line with an exclusive promotion has no other.
 * Minimums are measured on eligible lines before any discount.
 */
export function evaluatePromotions(input: PromotionInput): PromotionResult {
  const cart = openCart(input);
  const promotions = input.promotions
    .map((terms) => ({ terms, worth: worthOf(attempt(terms, cart, input)) }))
    .sort(
      (a, b) =>
        b.terms.priority - a.terms.priority || b.worth - a.worth || byText(a.terms.id, b.terms.id),
    )
    .map(({ terms }) => settle(terms, cart, input));
  const lines = cart.lines.map(({ line, gross, left, platform, outcomes }) => ({
    variantId: line.variantId,
    gross,
    discount: gross - left,
    platformDiscount: platform,
    promotions: outcomes,
  }));
  const discount = sumAmounts(lines.map((line) => line.discount));
  return { currency: input.currency, discount, lines, promotions, freeShipping: cart.freeShipping };
}

function openCart({ currency, lines }: PromotionInput): Cart {
  const step = chargeStep(currency);
  const states = lines.map((line): State => {
    const unit = amountIn(currency, line.unitPrice);
    if (unit < 0) throw new MoneyError("negative_amount");
    if (unit % step !== 0) throw new MoneyError("not_chargeable");
    if (line.quantity < 1) throw new MoneyError("bad_quantity");
    const gross = multiplyMoney(line.unitPrice, line.quantity).amount;
    return { line, gross, left: gross, platform: 0, stacked: null, outcomes: [] };
  });
  if (new Set(lines.map((line) => line.variantId)).size < lines.length)
    throw new MoneyError("duplicate_line");
  states.sort((a, b) => byText(a.line.variantId, b.line.variantId));
  return { lines: states, freeShipping: new Map() };
}

function attempt(terms: PromotionTerms, cart: Cart, input: PromotionInput): Attempt {
  const refused = refusalNow(terms, input.now, input.currency, input.customer);
  if (refused) return { reason: refused };
  const eligible = cart.lines.filter(
    ({ line }) => isInScope(terms, line) && isSelected(terms.eligible, line),
  );
  if (eligible.length === 0) return { reason: "no_eligible_items" };
  const missing = (terms.minimum ?? 0) - sumAmounts(eligible.map((state) => state.gross));
  if (missing > 0) return { reason: "below_minimum", missing };
  const withheld = input.withheld?.get(terms.id);
  if (withheld) return { reason: withheld };
  const open = cart.lines.filter((state) => isCovered(terms, state.line) && isOpen(terms, state));
  if (open.length === 0) return { reason: "not_combinable" };

  const lines = open.map((state) => openLine(terms, state));
  const amounts = discountLines(terms.benefit, lines, input.currency);
  if (!amounts) return { reason: "not_enough_items" };
  const discount = sumAmounts(amounts);
  const merchants = new Set(open.map(({ line }) => line.merchantId));
  const shipped =
    terms.benefit.kind === "free_shipping"
      ? [...merchants].filter((id) => !cart.freeShipping.has(id)).sort(byText)
      : [];
  if (discount === 0 && shipped.length === 0) return { reason: "nothing_left" };
  if (!isWithinBudget(terms, discount)) return { reason: "budget_exhausted" };
  return { open, amounts, shipped };
}

const openLine = ({ benefit, eligible }: PromotionTerms, { line, left }: State): OpenLine => ({
  variantId: line.variantId,
  quantity: line.quantity,
  unitPrice: line.unitPrice.amount,
  left,
  buys: isSelected(eligible, line),
  rewards: isSelected((benefit.kind === "buy_x_get_y" && benefit.reward) || eligible, line),
});

function settle(terms: PromotionTerms, cart: Cart, input: PromotionInput): PromotionOutcome {
  const { id: promotionId, merchantId, title, code } = terms;
  const outcome = attempt(terms, cart, input);
  const given = new Map<State, number>();
  if ("open" in outcome) {
    for (const [i, state] of outcome.open.entries()) given.set(state, outcome.amounts[i] ?? 0);
    for (const id of outcome.shipped) cart.freeShipping.set(id, promotionId);
  }
  for (const state of cart.lines) {
    const amount = given.get(state);
    if (amount === undefined) {
      const refusal = "reason" in outcome ? outcome.reason : "not_combinable";
      const reason = isCovered(terms, state.line) ? refusal : "no_eligible_items";
      state.outcomes.push({ promotionId, applied: false, reason });
      continue;
    }
    state.left -= amount;
    if (merchantId === null) state.platform += amount;
    state.stacked = terms.stacking;
    state.outcomes.push({ promotionId, applied: true, amount });
  }
  const about = { promotionId, merchantId, title, code };
  if ("reason" in outcome) return { ...about, applied: false, ...outcome };
  const amount = sumAmounts(outcome.amounts);
  return { ...about, applied: true, amount, freeShipping: outcome.shipped };
}

const isCovered = (terms: PromotionTerms, line: PricedLine): boolean => {
  const { benefit, eligible } = terms;
  const rewarded = benefit.kind === "buy_x_get_y" && benefit.reward;
  return (
    isInScope(terms, line) &&
    (isSelected(eligible, line) || (!!rewarded && isSelected(rewarded, line)))
  );
};

const isOpen = (terms: PromotionTerms, { stacked }: State): boolean =>
  stacked === null || (stacked === "combinable" && terms.stacking === "combinable");

const worthOf = (outcome: Attempt): number => ("open" in outcome ? sumAmounts(outcome.amounts) : 0);
