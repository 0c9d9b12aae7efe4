import fc from "fast-check";
import { expect, test } from "vitest";
import { type Currency, currencies, exponents, isCurrency } from "./currencies";
import {
  addMoney,
  allocateMoney,
  applyRate,
  extractRate,
  formatDecimal,
  money,
  multiplyMoney,
  parseDecimal,
  subtractMoney,
  sumMoney,
} from "./money";

const amount = fc.integer({ min: -1_000_000_000_000, max: 1_000_000_000_000 });
const currency = fc.constantFrom(...currencies);
const everyCurrency = (law: (currency: Currency, value: number) => void) => {
  for (const code of currencies)
    fc.assert(
      fc.property(amount, (value) => law(code, value)),
      { numRuns: 20 },
    );
};

test("the table has every active currency with the digits of ISO 4217, not of Intl", () => {
  expect(currencies).toHaveLength(165);
  const of = (digits: number) => currencies.filter((code) => exponents[code] === digits);
  expect(of(0).join(" ")).toBe(
    "BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX UYI VND VUV XAF XOF XPF",
  );
  expect(of(3).join(" ")).toBe("BHD IQD JOD KWD LYD OMR TND");
  expect(of(4).join(" ")).toBe("CLF UYW");
  expect(of(2)).toHaveLength(139);
  for (const code of ["BGN", "HRK", "ANG", "XAU", "XXX", "usd", "toString", ""])
    expect(isCurrency(code)).toBe(false);
});

test("decimals are read and written exactly, in every currency", () => {
  everyCurrency((code, value) => {
    const text = formatDecimal(money(value, code));
    expect(text.split(".")[1]?.length ?? 0).toBe(exponents[code]);
    expect(parseDecimal(text, code)).toEqual(money(value, code));
  });
});

test("a digit more than the currency has is refused, in every currency", () => {
  for (const code of currencies) {
    expect(() => parseDecimal(`1.${"0".repeat(exponents[code] + 1)}`, code)).toThrow(
      "too_many_digits",
    );
    expect(parseDecimal("7", code).amount).toBe(7 * 10 ** exponents[code]);
  }
});

test("decimals say what they look like", () => {
  expect(parseDecimal("19.9", "USD").amount).toBe(1990);
  expect(parseDecimal("-0.05", "EUR").amount).toBe(-5);
  expect(parseDecimal("90071992547409.91", "USD").amount).toBe(Number.MAX_SAFE_INTEGER);
  expect(formatDecimal(money(-5, "EUR"))).toBe("-0.05");
  expect(formatDecimal(money(5, "KWD"))).toBe("0.005");
  expect(formatDecimal(money(500, "JPY"))).toBe("500");
  expect(Object.is(parseDecimal("-0", "USD").amount, 0)).toBe(true);
});

test("anything else is not a decimal", () => {
  const hostile = [
    "",
    " 1",
    "1 ",
    "1,50",
    "1.",
    ".5",
    "+1",
    "1e3",
    "0x10",
    "=1+1",
    "--1",
    "١",
    "1_0",
    "Infinity",
  ];
  for (const text of hostile) expect(() => parseDecimal(text, "USD")).toThrow("not_decimal");
  expect(() => parseDecimal("9".repeat(100_000), "USD")).toThrow("not_decimal");
  expect(() => parseDecimal("90071992547409.92", "USD")).toThrow("unsafe_amount");
});

test("different currencies never meet", () => {
  fc.assert(
    fc.property(currency, currency, amount, (a, b, value) => {
      fc.pre(a !== b);
      expect(() => addMoney(money(value, a), money(value, b))).toThrow("mixed_currencies");
      expect(() => subtractMoney(money(value, a), money(value, b))).toThrow("mixed_currencies");
      expect(() => sumMoney([money(value, a)], b)).toThrow("mixed_currencies");
    }),
  );
  expect(() => money(1, "XBT")).toThrow("unknown_currency");
  expect(() => money(1, "__proto__")).toThrow("unknown_currency");
});

test("adding and subtracting undo each other; multiplying is adding, in every currency", () => {
  everyCurrency((code, value) => {
    const a = money(value, code);
    const b = money(7, code);
    expect(subtractMoney(addMoney(a, b), b)).toEqual(a);
    expect(multiplyMoney(a, 3)).toEqual(sumMoney([a, a, a], code));
  });
});

test("unsafe amounts and odd quantities are refused", () => {
  const most = money(Number.MAX_SAFE_INTEGER, "USD");
  expect(() => addMoney(most, money(1, "USD"))).toThrow("unsafe_amount");
  expect(() => multiplyMoney(most, 2)).toThrow("unsafe_amount");
  for (const quantity of [-1, 0.5, Number.NaN, 2 ** 53])
    expect(() => multiplyMoney(money(1, "USD"), quantity)).toThrow("bad_quantity");
  expect(() => money(19.99, "USD")).toThrow("unsafe_amount");
});

test("tax inside a price and the net beside it are the price, and the net charged again gives it back", () => {
  everyCurrency((code, value) => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 10_000 }), (basisPoints) => {
        const price = money(value, code);
        const tax = extractRate(price, basisPoints);
        const net = subtractMoney(price, tax);
        expect(addMoney(net, tax)).toEqual(price);
        const again = addMoney(net, applyRate(net, basisPoints));
        expect(Math.abs(again.amount - value)).toBeLessThanOrEqual(1);
      }),
      { numRuns: 5 },
    );
  });
  expect(extractRate(money(11_900, "EUR"), 1900).amount).toBe(1900);
  expect(applyRate(money(999, "EUR"), 1900).amount).toBe(190);
});

test("a split sums to the whole, in every currency", () => {
  everyCurrency((code, value) => {
    expect(sumMoney(allocateMoney(money(value, code), [3, 0, 5, 1]), code)).toEqual(
      money(value, code),
    );
  });
});
