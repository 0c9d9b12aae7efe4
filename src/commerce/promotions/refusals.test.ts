import { expect, test } from "vitest";
import { money } from "../../lib/money";
import { everything, line, promotion } from "./arbitraries";
import { evaluatePromotions, type PromotionInput } from "./evaluate";
import type { PromotionTerms } from "./terms";

const lines = [line("a", 1000), line("b", 500, 2, { categoryIds: ["shirts", "clothing"] })];

const outcome = (changes: Partial<PromotionTerms>, more: Partial<PromotionInput> = {}) => {
  const input = { currency: "EUR" as const, lines, now: 1000, customer: { uses: new Map() } };
  return evaluatePromotions({ ...input, promotions: [promotion(changes)], ...more });
};
const reason = (...input: Parameters<typeof outcome>) => {
  const result = outcome(...input).promotions[0];
  return result?.applied ? "applied" : result?.reason;
};

test("the window includes its start and excludes its end", () => {
  expect(reason({ startsAt: 1001 })).toBe("not_started");
  expect(reason({ startsAt: 1000, endsAt: 1001 })).toBe("applied");
  expect(reason({ endsAt: 1000 })).toBe("expired");
});

test("a paused or archived promotion is inactive", () => {
  expect(reason({ status: "paused" })).toBe("inactive");
  expect(reason({ status: "archived" })).toBe("inactive");
});

test("a promotion with sums in another currency does not apply", () => {
  expect(reason({ currency: "USD", minimum: 1 })).toBe("currency_mismatch");
});

test("the minimum is met to the last cent, and what is missing is told", () => {
  expect(reason({ currency: "EUR", minimum: 2000 })).toBe("applied");
  expect(outcome({ currency: "EUR", minimum: 2001 }).promotions[0]).toMatchObject({
    reason: "below_minimum",
    missing: 1,
  });
  const shirts = { ...everything, categoryIds: ["clothing"] };
  expect(outcome({ currency: "EUR", minimum: 1500, eligible: shirts }).promotions[0]).toMatchObject(
    {
      missing: 500,
    },
  );
});

test("products, variants and categories select lines; a category means its subcategories", () => {
  const select = (eligible: Partial<typeof everything>) =>
    outcome({ eligible: { ...everything, ...eligible } }).lines.map((one) => one.discount);
  expect(select({ variantIds: ["a"] })).toEqual([100, 0]);
  expect(select({ productIds: ["product-b"] })).toEqual([0, 100]);
  expect(select({ categoryIds: ["clothing"] })).toEqual([0, 100]);
  expect(select({ variantIds: ["a"], categoryIds: ["shirts"] })).toEqual([100, 100]);
  expect(reason({ eligible: { ...everything, productIds: ["other"] } })).toBe("no_eligible_items");
  expect(reason({ merchantId: "m9" })).toBe("no_eligible_items");
});

test("held uses count like used ones", () => {
  expect(reason({ usageLimit: 3, held: 1, used: 1 })).toBe("applied");
  expect(reason({ usageLimit: 3, held: 1, used: 2 })).toBe("usage_exhausted");
});

test("one customer's limit is not another's", () => {
  const customer = { uses: new Map([["p1", 2]]) };
  expect(reason({ customerLimit: 2 }, { customer })).toBe("customer_limit_reached");
  expect(reason({ customerLimit: 3 }, { customer })).toBe("applied");
  expect(reason({ customerLimit: 1 })).toBe("applied");
});

test("a discount above what is left of the budget is not given at all", () => {
  const budget = { currency: "EUR" as const, budget: 1000, budgetHeld: 300, budgetUsed: 500 };
  expect(reason(budget)).toBe("applied");
  expect(reason({ ...budget, budgetUsed: 501 })).toBe("budget_exhausted");
});

test("what would give nothing is not a use", () => {
  expect(reason({}, { lines: [line("a", 0)] })).toBe("nothing_left");
  expect(reason({}, { lines: [line("a", 4)] })).toBe("nothing_left");
});

test("every line tells why it got nothing", () => {
  const shirts = { ...everything, categoryIds: ["shirts"] };
  const [a, b] = outcome({ eligible: shirts, endsAt: 1 }).lines;
  expect(a?.promotions).toEqual([
    { promotionId: "p1", applied: false, reason: "no_eligible_items" },
  ]);
  expect(b?.promotions).toEqual([{ promotionId: "p1", applied: false, reason: "expired" }]);
});

test("free shipping names the merchants it ships for, each once", () => {
  const cart = [...lines, line("c", 100, 1, { merchantId: "m2" })];
  const free = { benefit: { kind: "free_shipping" as const } };
  const result = evaluatePromotions({
    currency: "EUR",
    lines: cart,
    now: 1000,
    customer: { uses: new Map() },
    promotions: [
      promotion({ ...free, id: "p1", merchantId: "m2", priority: 1 }),
      promotion({ ...free, id: "p2" }),
      promotion({ ...free, id: "p3" }),
    ],
  });
  expect(result.promotions).toMatchObject([
    { applied: true, freeShipping: ["m2"] },
    { applied: true, freeShipping: ["m1"] },
    { applied: false, reason: "nothing_left" },
  ]);
  expect(Object.fromEntries(result.freeShipping)).toEqual({ m2: "p1", m1: "p2" });
  expect(result.discount).toBe(0);
});

test("shipping that turns out too dear or free already withholds the promotion", () => {
  const withheld = new Map([["p1", "budget_exhausted" as const]]);
  expect(reason({ benefit: { kind: "free_shipping" } }, { withheld })).toBe("budget_exhausted");
});

test("an amount off in one currency never meets a cart in another", () => {
  const benefit = { kind: "amount" as const, amount: money(5, "USD") };
  expect(() => outcome({ benefit })).toThrow("mixed_currencies");
});
