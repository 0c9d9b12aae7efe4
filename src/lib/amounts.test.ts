import fc from "fast-check";
import { expect, test } from "vitest";
import { allocate, exact, MoneyError, scale } from "./amounts";

const amount = fc.integer({ min: -1_000_000_000_000, max: 1_000_000_000_000 });
const rate = fc.integer({ min: 0, max: 20_000 });
const weights = fc.array(fc.integer({ min: 0, max: 1_000_000_000 }), {
  minLength: 1,
  maxLength: 30,
});
const sum = (values: readonly number[]) => values.reduce((a, b) => a + b, 0);

test("a half goes up, and for negatives down", () => {
  expect([1, 3, 5, -1, -3, -5].map((value) => scale(value, 1, 2))).toEqual([1, 2, 3, -1, -2, -3]);
  expect(scale(149, 1, 100)).toBe(1);
  expect(scale(-149, 1, 100)).toBe(-1);
  expect(scale(25, 1, 1, 10)).toBe(30);
  expect(scale(24, 1, 1, 10)).toBe(20);
});

test("a reversal is exactly minus its charge, and never minus zero", () => {
  fc.assert(
    fc.property(amount, rate, (value, basisPoints) => {
      const reversed = scale(-value, basisPoints, 10_000);
      expect(reversed + scale(value, basisPoints, 10_000)).toBe(0);
      expect(Object.is(reversed, -0)).toBe(false);
    }),
  );
});

test("scaling is off by at most half a step", () => {
  fc.assert(
    fc.property(amount, rate, fc.constantFrom(1, 10, 100), (value, basisPoints, step) => {
      const scaled = scale(value, basisPoints, 10_000, step);
      const error = BigInt(scaled) * 10_000n - BigInt(value) * BigInt(basisPoints);
      expect(scaled % step === 0).toBe(true);
      expect((error < 0n ? -error : error) * 2n <= 10_000n * BigInt(step)).toBe(true);
    }),
  );
});

test("products beyond the safe integers are exact on the way and refused as an answer", () => {
  expect(scale(Number.MAX_SAFE_INTEGER, 10_000, 10_000)).toBe(Number.MAX_SAFE_INTEGER);
  expect(() => scale(Number.MAX_SAFE_INTEGER, 10_001, 10_000)).toThrow("unsafe_amount");
});

test("only integers that a double holds exactly are amounts", () => {
  for (const value of [0.5, 1e-9, 2 ** 53, -(2 ** 53), Number.NaN, Infinity])
    expect(() => exact(value)).toThrow(MoneyError);
  expect(Object.is(exact(-0), 0)).toBe(true);
});

test("the parts of an allocation sum to the whole, are off by less than a step and keep the sign", () => {
  fc.assert(
    fc.property(amount, weights, fc.constantFrom(1, 10, 100), (units, shares, step) => {
      const whole = units * step;
      const parts = allocate(whole, shares, step);
      expect(sum(parts)).toBe(whole);
      const total = BigInt(sum(shares));
      parts.forEach((part, i) => {
        expect(part % step === 0 && part * whole >= 0).toBe(true);
        if (total === 0n) return;
        const error = BigInt(part) * total - BigInt(whole) * BigInt(shares[i] ?? 0);
        expect((error < 0n ? -error : error) < total * BigInt(step)).toBe(true);
      });
    }),
  );
});

test("no part exceeds its weight while the whole does not exceed their sum", () => {
  fc.assert(
    fc.property(weights, fc.double({ min: 0, max: 1, noNaN: true }), (shares, part) => {
      const whole = Math.floor(sum(shares) * part);
      allocate(whole, shares).forEach((given, i) => {
        expect(given).toBeLessThanOrEqual(shares[i] ?? 0);
      });
    }),
  );
});

test("equal remainders favour the earlier part, larger ones win", () => {
  expect(allocate(100, [1, 1, 1])).toEqual([34, 33, 33]);
  expect(allocate(2, [1, 1, 1])).toEqual([1, 1, 0]);
  expect(allocate(-2, [1, 1, 1])).toEqual([-1, -1, 0]);
  expect(allocate(10, [1, 2, 2])).toEqual([2, 4, 4]);
  expect(allocate(5, [10, 6, 4])).toEqual([3, 1, 1]);
  expect(allocate(7, [0, 0])).toEqual([4, 3]);
  expect(allocate(0, [])).toEqual([]);
});

test("what cannot be split is refused", () => {
  expect(() => allocate(1, [])).toThrow("bad_weights");
  expect(() => allocate(1, [2, -1])).toThrow("bad_weights");
  expect(() => allocate(15, [1, 1], 10)).toThrow("not_chargeable");
  expect(() => allocate(1.5, [1])).toThrow("unsafe_amount");
});
