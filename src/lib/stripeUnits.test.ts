import fc from "fast-check";
import { expect, test } from "vitest";
import { currencies } from "./currencies";
import { money } from "./money";
import { chargeStep, fromStripe, isChargeable, toStripe } from "./stripeUnits";

const chargeable = currencies.filter(isChargeable);

/** As docs.stripe.com/currencies lists them. */
const zeroDecimal = currencies.filter((code) =>
  "BIF CLP DJF GNF JPY KMF KRW MGA PYG RWF VND VUV XAF XOF XPF".includes(code),
);

test("what can be charged comes back the same, in every currency", () => {
  expect(chargeable).toHaveLength(160);
  for (const code of chargeable)
    fc.assert(
      fc.property(fc.integer({ min: -1_000_000_000, max: 1_000_000_000 }), (units) => {
        const value = money(units * chargeStep(code), code);
        const sent = toStripe(value);
        expect(Number.isSafeInteger(sent.amount)).toBe(true);
        expect(fromStripe(sent)).toEqual(value);
      }),
      { numRuns: 20 },
    );
});

test("one whole unit is what Stripe documents", () => {
  const unit = (code: string, minor: number) => toStripe(money(minor, code)).amount;
  expect(unit("USD", 100)).toBe(100);
  expect(unit("HUF", 100)).toBe(100);
  expect(unit("TWD", 100)).toBe(100);
  expect(unit("ISK", 5)).toBe(500);
  expect(unit("UGX", 5)).toBe(500);
  expect(unit("MGA", 500)).toBe(5);
  expect(unit("KWD", 5120)).toBe(5120);
  expect(zeroDecimal).toHaveLength(15);
  for (const code of zeroDecimal) expect(unit(code, chargeStep(code))).toBe(1);
  expect(toStripe(money(100, "USD")).currency).toBe("usd");
});

test("an amount that Stripe cannot charge to the last unit is refused, never rounded", () => {
  for (const code of ["BHD", "JOD", "KWD", "OMR", "TND"]) {
    expect(() => toStripe(money(5124, code))).toThrow("not_chargeable");
    expect(() => toStripe(money(-5, code))).toThrow("not_chargeable");
  }
  expect(() => toStripe(money(150, "MGA"))).toThrow("not_chargeable");
  expect(() => fromStripe({ amount: 550, currency: "isk" })).toThrow("too_many_digits");
  expect(() => fromStripe({ amount: 1, currency: "ugx" })).toThrow("too_many_digits");
  expect(() => toStripe(money(Number.MAX_SAFE_INTEGER, "ISK"))).toThrow("unsafe_amount");
});

test("currencies whose unit at Stripe nobody documents are not charged", () => {
  for (const code of ["CLF", "IQD", "LYD", "UYI", "UYW"]) {
    expect(() => toStripe(money(1000, code))).toThrow("not_chargeable");
    expect(() => fromStripe({ amount: 1000, currency: code.toLowerCase() })).toThrow(
      "not_chargeable",
    );
  }
  expect(() => fromStripe({ amount: 1, currency: "btc" })).toThrow("unknown_currency");
});
