export type MoneyRefusal =
  | "unsafe_amount"
  | "negative_amount"
  | "bad_quantity"
  | "duplicate_line"
  | "bad_rate"
  | "bad_weights"
  | "unknown_currency"
  | "mixed_currencies"
  | "not_decimal"
  | "too_many_digits"
  | "not_chargeable";

/** Thrown instead of ever answering a wrong amount. */
export class MoneyError extends Error {
  override name = "MoneyError";
  constructor(
    readonly code: MoneyRefusal,
    message: string = code,
  ) {
    super(message);
  }
}

/** The amount itself if it is an integer a double holds exactly; never negative zero. */
export function exact(amount: number): number {
  if (!Number.isSafeInteger(amount)) throw new MoneyError("unsafe_amount");
  return amount === 0 ? 0 : amount;
}

export const sumAmounts = (amounts: readonly number[]): number =>
  exact(amounts.reduce((sum, amount) => sum + exact(amount), 0));

/**
 * `amount × numerator ÷ denominator` with the one rounding: to the nearest multiple of `step`, a half
 * goes up, and for negatives down (away from zero), so a reversal is exactly minus its charge.
 */
export function scale(amount: number, numerator: number, denominator: number, step = 1): number {
  if (denominator <= 0 || numerator < 0 || step <= 0) throw new MoneyError("bad_rate");
  const product = BigInt(exact(amount)) * BigInt(exact(numerator));
  const divisor = BigInt(exact(denominator)) * BigInt(exact(step));
  const magnitude = product < 0n ? -product : product;
  const steps = (2n * magnitude + divisor) / (2n * divisor);
  return exact(Number(steps) * step * (product < 0n ? -1 : 1));
}

/**
 * Splits by largest remainder into multiples of `step` that sum to the whole; equal remainders favour
 * the earlier part, and weights that are all zero split evenly. No part exceeds its weight while the
 * whole does not exceed their sum.
 */
export function allocate(whole: number, weights: readonly number[], step = 1): number[] {
  if (exact(whole) % step !== 0) throw new MoneyError("not_chargeable");
  if (weights.some((weight) => exact(weight) < 0)) throw new MoneyError("bad_weights");
  if (weights.length === 0) {
    if (whole === 0) return [];
    throw new MoneyError("bad_weights");
  }
  const even = weights.every((weight) => weight === 0);
  const shares = weights.map((weight) => (even ? 1n : BigInt(weight)));
  const total = shares.reduce((sum, share) => sum + share, 0n);
  const units = BigInt(Math.abs(whole) / step);
  const parts = shares.map((share) => (units * share) / total);
  const left = units - parts.reduce((sum, part) => sum + part, 0n);
  const largest = shares
    .map((share, index) => ({ index, remainder: (units * share) % total }))
    .sort(
      (a, b) =>
        Number(b.remainder > a.remainder) - Number(a.remainder > b.remainder) || a.index - b.index,
    )
    .slice(0, Number(left));
  for (const { index } of largest) parts[index] = (parts[index] ?? 0n) + 1n;
  return parts.map((part) => exact(Number(part) * step * Math.sign(whole)));
}
