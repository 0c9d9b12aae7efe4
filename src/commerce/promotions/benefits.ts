import { allocate, scale, sumAmounts } from "../../lib/amounts";
import type { Currency } from "../../lib/currencies";
import { amountIn, wholeRate } from "../../lib/money";
import { chargeStep } from "../../lib/stripeUnits";
import type { Benefit } from "./schema";

/** A line that a promotion may discount; `buys` and `rewards` matter to `buy_x_get_y` alone. */
export type OpenLine = {
  readonly variantId: string;
  readonly quantity: number;
  readonly unitPrice: number;
  /** What is left to pay for all its units. */
  readonly left: number;
  readonly buys: boolean;
  readonly rewards: boolean;
};
type Deal = Extract<Benefit, { kind: "buy_x_get_y" }>;

/**
 * Each line's discount, in their order: the whole is rounded once and split by largest remainder.
 * Null if the lines do not make up a single deal.
 */
export function discountLines(
  benefit: Benefit,
  lines: readonly OpenLine[],
  currency: Currency,
): number[] | null {
  const step = chargeStep(currency);
  const left = lines.map((line) => line.left);
  const whole = sumAmounts(left);
  switch (benefit.kind) {
    case "percent":
      return allocate(scale(whole, benefit.basisPoints, wholeRate, step), left, step);
    case "amount":
      return allocate(Math.min(amountIn(currency, benefit.amount), whole), left, step);
    case "free_shipping":
      return left.map(() => 0);
    case "buy_x_get_y": {
      const rewarded = rewardUnits(benefit, lines);
      return rewarded && lines.map((line) => discountUnits(line, rewarded, benefit, step));
    }
  }
}

function discountUnits(line: OpenLine, rewarded: Rewarded, deal: Deal, step: number): number {
  const units = rewarded.get(line) ?? 0;
  return scale(line.left, units * deal.basisPoints, line.quantity * wholeRate, step);
}

type Rewarded = ReadonlyMap<OpenLine, number>;

/** No unit both buys and is rewarded; the most deals that fit are made, and their cheapest units are rewarded. */
function rewardUnits(deal: Deal, lines: readonly OpenLine[]): Rewarded | null {
  const count = (take: (line: OpenLine) => boolean) =>
    lines.reduce((sum, line) => sum + (take(line) ? line.quantity : 0), 0);
  const onlyBuy = count((line) => line.buys && !line.rewards);
  const onlyReward = count((line) => line.rewards && !line.buys);
  const both = count((line) => line.buys && line.rewards);
  const deals = Math.min(
    Math.floor((onlyBuy + both) / deal.buy),
    Math.floor((onlyReward + both) / deal.get),
    Math.floor((onlyBuy + onlyReward + both) / (deal.buy + deal.get)),
    deal.timesPerOrder ?? Number.POSITIVE_INFINITY,
  );
  if (deals === 0) return null;

  let wanted = deals * deal.get;
  let spare = both - Math.max(0, deals * deal.buy - onlyBuy);
  const rewarded = new Map<OpenLine, number>();
  for (const line of lines.filter((line) => line.rewards).sort(cheapestFirst)) {
    const units = Math.min(line.quantity, wanted, line.buys ? spare : wanted);
    rewarded.set(line, units);
    wanted -= units;
    if (line.buys) spare -= units;
  }
  return rewarded;
}

const cheapestFirst = (a: OpenLine, b: OpenLine) =>
  a.unitPrice - b.unitPrice || (a.variantId < b.variantId ? -1 : 1);
