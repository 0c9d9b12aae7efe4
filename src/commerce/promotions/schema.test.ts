import { expect, test } from "vitest";
import { NewPromotion, PromotionPatch } from "./schema";

const percent = { kind: "percent", basisPoints: 1000 };
const euros = (amount: number) => ({ amount, currency: "EUR" });
const parse = (changes: object) =>
  NewPromotion.safeParse({ title: "Sale", benefit: percent, ...changes });
const accepts = (changes: object) => parse(changes).success;

test("a title and a benefit make a promotion for everything, without end or limit", () => {
  expect(parse({}).data).toEqual({
    title: "Sale",
    benefit: percent,
    merchantId: null,
    code: null,
    status: "active",
    eligible: { productIds: [], variantIds: [], categoryIds: [] },
    minimum: null,
    startsAt: null,
    endsAt: null,
    stacking: "combinable",
    priority: 0,
    usageLimit: null,
    customerLimit: null,
    budget: null,
  });
});

test("counters and other privileged fields are not taken from the body", () => {
  const { data } = parse({ used: -5, held: -5, id: "mine", version: 9, budgetUsed: -1 });
  for (const key of ["used", "held", "id", "version", "budgetUsed"])
    expect(data).not.toHaveProperty(key);
});

test("every kind of benefit has its own fields and bounds", () => {
  const benefit = (changes: object) => accepts({ benefit: changes });
  expect(benefit({ kind: "amount", amount: euros(500) })).toBe(true);
  expect(benefit({ kind: "free_shipping" })).toBe(true);
  expect(benefit({ kind: "buy_x_get_y", buy: 2, get: 1 })).toBe(true);
  for (const wrong of [
    { kind: "percent", basisPoints: 0 },
    { kind: "percent", basisPoints: 10_001 },
    { kind: "percent", basisPoints: 12.5 },
    { kind: "amount", amount: euros(0) },
    { kind: "amount", amount: euros(-5) },
    { kind: "amount", amount: 5 },
    { kind: "buy_x_get_y", buy: 0, get: 1 },
    { kind: "buy_x_get_y", buy: 1, get: 1_000_000 },
    { kind: "free_money" },
  ])
    expect(benefit(wrong)).toBe(false);
});

test("all sums of a promotion are in one currency", () => {
  const amount = { kind: "amount", amount: euros(500) };
  expect(accepts({ benefit: amount, minimum: euros(1000), budget: euros(9000) })).toBe(true);
  expect(accepts({ benefit: amount, minimum: { amount: 1000, currency: "USD" } })).toBe(false);
  expect(accepts({ minimum: euros(1), budget: { amount: 1, currency: "USD" } })).toBe(false);
});

test("codes are written one way", () => {
  expect(parse({ code: " summer-26 " }).data?.code).toBe("SUMMER-26");
  for (const code of ["", "ab", "a b", "é23", "-abc", "x".repeat(41), "a'; DROP"])
    expect(accepts({ code })).toBe(false);
});

test("limits are positive integers and the window has a length", () => {
  for (const limit of [0, -1, 1.5, "3"]) expect(accepts({ usageLimit: limit })).toBe(false);
  const at = (day: number) => `2026-11-${day}T00:00:00.000Z`;
  expect(accepts({ startsAt: at(20), endsAt: at(21) })).toBe(true);
  expect(accepts({ startsAt: at(21), endsAt: at(20) })).toBe(false);
  expect(accepts({ startsAt: "2026-11-20T01:00:00+01:00", endsAt: at(20) })).toBe(false);
  expect(accepts({ startsAt: "tomorrow" })).toBe(false);
});

test("a patch changes what it names and nothing else", () => {
  expect(PromotionPatch.parse({ status: "paused" })).toEqual({ status: "paused" });
  expect(PromotionPatch.parse({ merchantId: "other", used: 0 })).toEqual({});
});
