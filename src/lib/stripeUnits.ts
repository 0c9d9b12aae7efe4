import { exact, MoneyError } from "./amounts";
import { type Currency, exponents } from "./currencies";
import { type Money, money } from "./money";

type Unit = { readonly exponent: number; readonly multipleOf: number };

/**
 * Where Stripe's charge amounts differ from ISO 4217 (docs.stripe.com/currencies, special cases).
 * UGX stands in Stripe's zero-decimal list too, but its API takes 500 for 5 UGX and refuses 5.
 * HUF and TWD are whole only in payouts: a charge has two decimals, as in ISO.
 */
const differences: Partial<Record<Currency, Unit>> = {
  ISK: { exponent: 2, multipleOf: 100 },
  UGX: { exponent: 2, multipleOf: 100 },
  MGA: { exponent: 0, multipleOf: 1 },
  BHD: { exponent: 3, multipleOf: 10 },
  JOD: { exponent: 3, multipleOf: 10 },
  KWD: { exponent: 3, multipleOf: 10 },
  OMR: { exponent: 3, multipleOf: 10 },
  TND: { exponent: 3, multipleOf: 10 },
};

/** Their unit at Stripe is documented nowhere, so no amount in them can be sent. */
const undocumented: ReadonlySet<Currency> = new Set<Currency>(["CLF", "IQD", "LYD", "UYI", "UYW"]);

export const isChargeable = (currency: Currency): boolean => !undocumented.has(currency);

const stripeUnit = (currency: Currency): Unit =>
  differences[currency] ?? { exponent: exponents[currency], multipleOf: 1 };

/** The smallest payable amount in ISO minor units: 10 for KWD (Stripe wants a last digit 0), 100 for MGA, else 1. */
export function chargeStep(currency: Currency): number {
  const { exponent, multipleOf } = stripeUnit(currency);
  const ratio = 10 ** (exponents[currency] - exponent);
  return Math.max(1, multipleOf * ratio);
}

/** What Stripe's API calls amount and currency; refuses what it could not charge to the last unit. */
export function toStripe({ amount, currency }: Money): { amount: number; currency: string } {
  if (!isChargeable(currency) || exact(amount) % chargeStep(currency) !== 0)
    throw new MoneyError("not_chargeable");
  const shift = stripeUnit(currency).exponent - exponents[currency];
  const units = shift < 0 ? amount / 10 ** -shift : amount * 10 ** shift;
  return { amount: exact(units), currency: currency.toLowerCase() };
}

/** The inverse; a fraction of a unit that ISO does not have is refused, never rounded away. */
export function fromStripe(value: { amount: number; currency: string }): Money {
  const { amount, currency } = money(value.amount, value.currency.toUpperCase());
  if (!isChargeable(currency)) throw new MoneyError("not_chargeable");
  const shift = exponents[currency] - stripeUnit(currency).exponent;
  const units = shift < 0 ? amount / 10 ** -shift : amount * 10 ** shift;
  if (!Number.isInteger(units)) throw new MoneyError("too_many_digits");
  return money(units, currency);
}
