import { allocate, exact, MoneyError, scale } from "./amounts";
import { type Currency, exponents, isCurrency } from "./currencies";

/** An integer of ISO 4217 minor units: `{ amount: 1999, currency: "USD" }` is 19.99 dollars. */
export type Money = { readonly amount: number; readonly currency: Currency };

/** The denominator of every rate: 10,000 basis points are the whole. */
export const wholeRate = 10_000;

export function money(amount: number, currency: string): Money {
  if (!isCurrency(currency)) throw new MoneyError("unknown_currency");
  return { amount: exact(amount), currency };
}

/** The bare amount, once its currency is known to be the expected one. */
export function amountIn(currency: Currency, value: Money): number {
  if (value.currency !== currency) throw new MoneyError("mixed_currencies");
  return exact(value.amount);
}

export const addMoney = (a: Money, b: Money): Money =>
  money(a.amount + amountIn(a.currency, b), a.currency);

export const subtractMoney = (a: Money, b: Money): Money =>
  money(a.amount - amountIn(a.currency, b), a.currency);

export const sumMoney = (values: readonly Money[], currency: Currency): Money =>
  values.reduce(addMoney, money(0, currency));

export function multiplyMoney(value: Money, quantity: number): Money {
  if (!Number.isSafeInteger(quantity) || quantity < 0) throw new MoneyError("bad_quantity");
  return money(value.amount * quantity, value.currency);
}

/** A rate's part of the value, rounded once. */
export const applyRate = (value: Money, basisPoints: number, step = 1): Money =>
  money(scale(value.amount, basisPoints, wholeRate, step), value.currency);

/** The part of a value that already contains the rate: 19 % of 119 is 19. Value minus part is the net. */
export const extractRate = (value: Money, basisPoints: number, step = 1): Money =>
  money(scale(value.amount, basisPoints, wholeRate + basisPoints, step), value.currency);

export const allocateMoney = (value: Money, weights: readonly number[], step = 1): Money[] =>
  allocate(value.amount, weights, step).map((amount) => money(amount, value.currency));

/** Reads "19.99" exactly; a digit more than the currency has is refused, never rounded away. */
export function parseDecimal(text: string, currency: Currency): Money {
  const match = /^(-?)(\d{1,16})(?:\.(\d{1,16}))?$/.exec(text);
  if (!match) throw new MoneyError("not_decimal");
  const [, sign, whole = "", fraction = ""] = match;
  const digits = exponents[currency];
  if (fraction.length > digits) throw new MoneyError("too_many_digits");
  return money(Number(`${sign}${whole}${fraction.padEnd(digits, "0")}`), currency);
}

export function formatDecimal({ amount, currency }: Money): string {
  const digits = exponents[currency];
  const text = String(Math.abs(exact(amount))).padStart(digits + 1, "0");
  const cut = text.length - digits;
  const decimal = digits === 0 ? text : `${text.slice(0, cut)}.${text.slice(cut)}`;
  return amount < 0 ? `-${decimal}` : decimal;
}
