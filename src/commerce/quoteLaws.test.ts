import fc from "fast-check";
import { expect, test } from "vitest";
import { item, merchant, quote, someInput } from "./arbitraries";
import { promotion } from "./promotions/arbitraries";
import { quoteHash } from "./quoteHash";

const sum = (values: readonly number[]) => values.reduce((a, b) => a + b, 0);

test("whatever the cart: every total is the sum of its parts, and all are integers, none negative", () => {
  fc.assert(
    fc.property(someInput, (given) => {
      const { lines, merchants, promotions, totals } = quote(given);
      for (const one of lines) {
        expect(one.gross).toBe(one.unitPrice * one.quantity);
        expect(one.total).toBe(one.gross - one.discount + one.tax - one.taxIncluded);
        expect(one.net + one.tax).toBe(one.total);
        expect(one.taxIncluded === 0 || one.taxIncluded === one.tax).toBe(true);
        expect(one.commission).toBeLessThanOrEqual(one.net);
      }
      for (const one of merchants) {
        const { shipping } = one;
        const own = lines.filter((some) => some.merchantId === one.merchantId);
        expect(shipping.total).toBe(
          shipping.amount - shipping.discount + shipping.tax - shipping.taxIncluded,
        );
        expect(one.total).toBe(sum(own.map((some) => some.total)) + shipping.total);
        expect(one.tax).toBe(sum(own.map((some) => some.tax)) + shipping.tax);
        for (const key of ["gross", "discount", "platformDiscount", "net", "commission"] as const)
          expect(one[key]).toBe(sum(own.map((some) => some[key])));
      }
      for (const key of [
        "gross",
        "discount",
        "net",
        "commission",
        "tax",
        "taxIncluded",
        "total",
      ] as const)
        expect(totals[key]).toBe(sum(merchants.map((some) => some[key])));
      const { gross, discount, shipping, shippingDiscount } = totals;
      expect(totals.total).toBe(
        gross - discount + shipping - shippingDiscount + totals.tax - totals.taxIncluded,
      );
      expect(sum(promotions.map((one) => one.amount))).toBe(discount + shippingDiscount);
      expect(promotions.every((one) => one.amount > 0)).toBe(true);
      const numbers =
        JSON.stringify({ lines, merchants, promotions, totals }).match(/:-?[\d.]+/g) ?? [];
      expect(numbers.every((number) => /^:\d+$/.test(number))).toBe(true);
    }),
    { numRuns: 1000 },
  );
});

test("the same cart in another order and at another moment has the same quote and hash", async () => {
  await fc.assert(
    fc.asyncProperty(someInput, async (given) => {
      const other = {
        ...given,
        now: given.now + 1,
        lines: given.lines.toReversed(),
        promotions: given.promotions.toReversed(),
        merchants: new Map([...given.merchants].reverse()),
      };
      expect(quote(other)).toEqual(quote(given));
      expect(await quoteHash(quote(other))).toBe(await quoteHash(quote(given)));
    }),
    { numRuns: 200 },
  );
});

test("the hash is SHA-256 in hex and changes with any amount", async () => {
  const lines = [item("a", 1000)];
  const hash = await quoteHash(quote({ lines }));
  expect(hash).toMatch(/^[0-9a-f]{64}$/);
  const others = [
    { lines: [item("a", 1001)] },
    { lines: [item("a", 1000, 2)] },
    { lines, destination: { country: "FR" } },
    { lines, merchants: new Map([["m1", merchant({ commissionRate: 1001 })]]) },
  ];
  const hashes = await Promise.all(others.map((other) => quoteHash(quote(other))));
  expect(new Set([hash, ...hashes]).size).toBe(5);
  expect(await quoteHash(quote({ lines, promotions: [promotion({ endsAt: 1 })] }))).toBe(hash);
});
