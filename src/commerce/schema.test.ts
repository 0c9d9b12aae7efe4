import { expect, test } from "vitest";
import { Address, Amount, BasisPoints, Money, Price } from "./schema";

const accepts = (
  schema: typeof Money | typeof Price | typeof Amount,
  amount: unknown,
  currency: unknown,
) => schema.safeParse({ amount, currency }).success;

test("money is an integer of minor units and a known currency", () => {
  expect(accepts(Money, 1999, "USD")).toBe(true);
  expect(accepts(Money, -5, "JPY")).toBe(true);
  for (const amount of [19.99, "1999", 2 ** 53, Number.NaN, Infinity, null])
    expect(accepts(Money, amount, "USD")).toBe(false);
  for (const currency of ["usd", "XBT", "BGN", "", "constructor", 840, null])
    expect(accepts(Money, 1, currency)).toBe(false);
});

test("a price is positive, of human size, and payable to the last digit", () => {
  expect(accepts(Price, 1, "USD")).toBe(true);
  for (const amount of [0, -1, 1_000_000_000_000])
    expect(accepts(Price, amount, "USD")).toBe(false);
  expect(accepts(Price, 5_120, "KWD")).toBe(true);
  expect(accepts(Price, 5_124, "KWD")).toBe(false);
  expect(accepts(Price, 150, "MGA")).toBe(false);
  expect(accepts(Price, 10_000, "CLF")).toBe(false);
});

test("an amount may be zero, never less", () => {
  expect(accepts(Amount, 0, "USD")).toBe(true);
  expect(accepts(Amount, -1, "USD")).toBe(false);
});

test("a rate is whole basis points up to the whole", () => {
  expect([0, 1900, 10_000].every((rate) => BasisPoints.safeParse(rate).success)).toBe(true);
  expect([-1, 10_001, 19.5, "19"].some((rate) => BasisPoints.safeParse(rate).success)).toBe(false);
});

test("an address is trimmed, needs a real country and carries nothing else", () => {
  const address = {
    name: " Ada ",
    line1: "1 Way",
    city: "Berlin",
    country: "DE",
    isVerified: true,
  };
  expect(Address.parse(address)).toEqual({
    name: "Ada",
    line1: "1 Way",
    city: "Berlin",
    country: "DE",
  });
  for (const change of [
    { country: "XX" },
    { country: "de" },
    { name: "  " },
    { city: "a\u0000b" },
    { line1: "x".repeat(201) },
  ])
    expect(Address.safeParse({ ...address, ...change }).success).toBe(false);
});
