import fc from "fast-check";
import { expect, test } from "vitest";
import { money } from "../../lib/money";
import { line, promotion, someLines, somePromotions } from "./arbitraries";
import { evaluatePromotions, type PromotionInput } from "./evaluate";
import type { PricedLine, PromotionTerms } from "./terms";

const evaluate = (
  lines: readonly PricedLine[],
  promotions: readonly PromotionTerms[],
  more: Partial<PromotionInput> = {},
) =>
  evaluatePromotions({
    currency: "EUR",
    lines,
    promotions,
    now: 1000,
    customer: { uses: new Map() },
    ...more,
  });
const sum = (values: readonly number[]) => values.reduce((a, b) => a + b, 0);

test("whatever the cart and the promotions: parts sum to the whole and no line goes below zero", () => {
  fc.assert(
    fc.property(someLines, somePromotions, (lines, promotions) => {
      const result = evaluate(lines, promotions);
      expect(result.lines.map((one) => one.variantId)).toEqual(lines.map((one) => one.variantId));
      expect(result.discount).toBe(sum(result.lines.map((one) => one.discount)));
      expect(result.discount).toBe(
        sum(result.promotions.map((one) => (one.applied ? one.amount : 0))),
      );
      result.lines.forEach((one, i) => {
        const { quantity, unitPrice } = lines[i] ?? expect.fail();
        expect(one.gross).toBe(quantity * unitPrice.amount);
        const parts = one.promotions.map((part) => (part.applied ? part.amount : 0));
        expect(parts.every((part) => Number.isSafeInteger(part) && part >= 0)).toBe(true);
        expect(one.discount).toBe(sum(parts));
        expect(one.discount).toBeLessThanOrEqual(one.gross);
        expect(one.platformDiscount).toBeLessThanOrEqual(one.discount);
      });
    }),
    { numRuns: 1000 },
  );
});

test("the order in which lines and promotions are given changes nothing", () => {
  fc.assert(
    fc.property(someLines, somePromotions, fc.nat(), (lines, promotions, seed) => {
      const turn = <T>(list: readonly T[]) => {
        const at = list.length ? seed % list.length : 0;
        return [...list.slice(at), ...list.slice(0, at)].reverse();
      };
      expect(evaluate(turn(lines), turn(promotions))).toEqual(evaluate(lines, promotions));
    }),
    { numRuns: 500 },
  );
});

test("a promotion touches its own merchant's eligible lines only, and keeps to its budget", () => {
  fc.assert(
    fc.property(someLines, somePromotions, (lines, promotions) => {
      const result = evaluate(lines, promotions);
      for (const { id, merchantId, budget } of promotions) {
        const outcome = result.promotions.find((one) => one.promotionId === id);
        if (!outcome?.applied) continue;
        expect(outcome.amount).toBeLessThanOrEqual(budget ?? Number.MAX_SAFE_INTEGER);
        result.lines.forEach((one, i) => {
          const part = one.promotions.find((some) => some.promotionId === id);
          if (merchantId && lines[i]?.merchantId !== merchantId)
            expect(part).toEqual({ promotionId: id, applied: false, reason: "no_eligible_items" });
        });
      }
    }),
    { numRuns: 500 },
  );
});

test("a line with an exclusive promotion has no other", () => {
  fc.assert(
    fc.property(someLines, somePromotions, (lines, promotions) => {
      const exclusive = new Set(
        promotions.filter((p) => p.stacking === "exclusive").map((p) => p.id),
      );
      for (const one of evaluate(lines, promotions).lines) {
        const given = one.promotions.filter((part) => part.applied);
        if (given.some((part) => exclusive.has(part.promotionId))) expect(given).toHaveLength(1);
      }
    }),
    { numRuns: 500 },
  );
});

test("percent is rounded once over all lines and split by largest remainder", () => {
  const lines = [line("a", 333), line("b", 333), line("c", 333)];
  const { discount, lines: parts } = evaluate(lines, [
    promotion({ benefit: { kind: "percent", basisPoints: 1500 } }),
  ]);
  expect(discount).toBe(150);
  expect(parts.map((part) => part.discount)).toEqual([50, 50, 50]);
  const ten = evaluate([line("a", 5), line("b", 5), line("c", 5)], [promotion()]);
  expect(ten.lines.map((part) => part.discount)).toEqual([1, 1, 0]);
});

test("an amount is taken once, and never more than is left", () => {
  const take = (amount: number) =>
    promotion({ benefit: { kind: "amount", amount: money(amount, "EUR") }, currency: "EUR" });
  const lines = [line("a", 1000, 2), line("b", 1000)];
  expect(evaluate(lines, [take(500)]).lines.map((part) => part.discount)).toEqual([333, 167]);
  expect(evaluate(lines, [take(9000)]).discount).toBe(3000);
});

test("combinable promotions follow each other: each sees what is left", () => {
  const promotions = [
    promotion({ id: "first", priority: 1, benefit: { kind: "percent", basisPoints: 5000 } }),
    promotion({ id: "then", benefit: { kind: "percent", basisPoints: 5000 }, merchantId: "m1" }),
  ];
  const result = evaluate([line("a", 1000)], promotions);
  expect(result.promotions.map((one) => one.applied && one.amount)).toEqual([500, 250]);
  expect(result.lines[0]).toMatchObject({ discount: 750, platformDiscount: 500 });
});

test("of two that do not combine the higher priority wins; of equals the better for the customer", () => {
  const small = promotion({ id: "a", stacking: "exclusive" });
  const big = promotion({
    id: "b",
    stacking: "exclusive",
    benefit: { kind: "percent", basisPoints: 3000 },
  });
  expect(evaluate([line("a", 1000)], [small, big]).promotions).toMatchObject([
    { promotionId: "b", applied: true, amount: 300 },
    { promotionId: "a", applied: false, reason: "not_combinable" },
  ]);
  expect(evaluate([line("a", 1000)], [{ ...small, priority: 1 }, big]).discount).toBe(100);
});

test("one merchant's exclusive promotion leaves the lines of others to others", () => {
  const lines = [line("a", 1000), line("b", 1000, 1, { merchantId: "m2" })];
  const result = evaluate(lines, [
    promotion({ id: "own", merchantId: "m1", stacking: "exclusive", priority: 1 }),
    promotion({ id: "all", benefit: { kind: "percent", basisPoints: 2000 } }),
  ]);
  expect(result.lines.map((one) => one.discount)).toEqual([100, 200]);
  expect(result.lines[0]?.promotions[1]).toEqual({
    promotionId: "all",
    applied: false,
    reason: "not_combinable",
  });
});

test("a cart that cannot be priced is refused", () => {
  expect(() => evaluate([line("a", -1)], [])).toThrow("negative_amount");
  expect(() => evaluate([line("a", 1, 0)], [])).toThrow("bad_quantity");
  expect(() => evaluate([line("a", 1, 1.5)], [])).toThrow("bad_quantity");
  expect(() => evaluate([line("a", 1), line("a", 2)], [])).toThrow("duplicate_line");
  expect(() => evaluate([line("a", 1)], [], { currency: "USD" })).toThrow("mixed_currencies");
  expect(() => evaluate([line("a", 9_007_199_254_740_991), line("b", 1)], [promotion()])).toThrow(
    "unsafe_amount",
  );
});

test("in a currency whose payments end in 0, so does every discount", () => {
  const dinars = (variantId: string, amount: number) =>
    line(variantId, 0, 1, { unitPrice: money(amount, "KWD") });
  const lines = [dinars("a", 1_230), dinars("b", 4_560), dinars("c", 10)];
  const result = evaluate(lines, [promotion({ benefit: { kind: "percent", basisPoints: 3333 } })], {
    currency: "KWD",
  });
  expect(result.discount).toBe(1_930);
  for (const part of result.lines) expect(part.discount % 10).toBe(0);
  expect(() => evaluate([dinars("a", 1_234)], [], { currency: "KWD" })).toThrow("not_chargeable");
});
