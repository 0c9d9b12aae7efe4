import fc from "fast-check";
import { expect, test } from "vitest";
import { discountLines, type OpenLine } from "./benefits";

const deal = (
  buy: number,
  get: number,
  basisPoints = 10_000,
  timesPerOrder: number | null = null,
) => ({ kind: "buy_x_get_y", buy, get, basisPoints, reward: null, timesPerOrder }) as const;

const goods = (
  variantId: string,
  unitPrice: number,
  quantity: number,
  role: "buys" | "rewards" | "both" = "both",
): OpenLine => ({
  variantId,
  quantity,
  unitPrice,
  left: unitPrice * quantity,
  buys: role !== "rewards",
  rewards: role !== "buys",
});

test("buy two, get one: the cheapest of three is free", () => {
  const cart = [goods("a", 1000, 1), goods("b", 700, 1), goods("c", 900, 1)];
  expect(discountLines(deal(2, 1), cart, "EUR")).toEqual([0, 700, 0]);
  expect(discountLines(deal(2, 1), cart.slice(0, 2), "EUR")).toBeNull();
});

test("every complete deal counts, up to the times per order", () => {
  const cart = [goods("a", 1000, 7)];
  expect(discountLines(deal(2, 1), cart, "EUR")).toEqual([2000]);
  expect(discountLines(deal(2, 1, 5000), cart, "EUR")).toEqual([1000]);
  expect(discountLines(deal(2, 1, 10_000, 1), cart, "EUR")).toEqual([1000]);
});

test("a reward of other goods takes those goods", () => {
  const cart = [
    goods("a", 1000, 4, "buys"),
    goods("b", 300, 1, "rewards"),
    goods("c", 200, 5, "rewards"),
  ];
  expect(discountLines(deal(2, 1), cart, "EUR")).toEqual([0, 0, 400]);
  expect(discountLines(deal(2, 3), cart, "EUR")).toEqual([0, 300, 1000]);
  expect(discountLines(deal(5, 1), cart, "EUR")).toBeNull();
});

test("goods that may do both are used where they are needed", () => {
  const cart = [goods("a", 100, 2, "both"), goods("b", 900, 2, "rewards")];
  expect(discountLines(deal(1, 1), cart, "EUR")).toEqual([0, 1800]);
  expect(discountLines(deal(1, 2), cart, "EUR")).toEqual([100, 900]);
});

test("what earlier promotions took is not given again", () => {
  const half = { ...goods("a", 1000, 3), left: 1500 };
  expect(discountLines(deal(2, 1), [half], "EUR")).toEqual([500]);
});

test("cheap goods that must buy are not rewarded too", () => {
  const cart = [goods("a", 100, 1), goods("b", 200, 1), goods("c", 900, 2, "rewards")];
  expect(discountLines(deal(1, 2), cart, "EUR")).toEqual([100, 0, 900]);
});

/** Tries every way to deal the units out. */
function mostDeals(buy: number, get: number, lines: readonly OpenLine[]): number {
  const units = (role: (line: OpenLine) => boolean) =>
    lines.filter(role).reduce((sum, line) => sum + line.quantity, 0);
  const both = units((line) => line.buys && line.rewards);
  const buys = units((line) => line.buys) - both;
  const rewards = units((line) => line.rewards) - both;
  let most = 0;
  for (let use = 0; use <= both; use++)
    most = Math.max(
      most,
      Math.min(Math.floor((buys + use) / buy), Math.floor((rewards + both - use) / get)),
    );
  return most;
}

test("as many units are rewarded as any way of dealing them out allows, and only rewardable ones", () => {
  const lines = fc.array(
    fc.record({
      role: fc.constantFrom("buys" as const, "rewards" as const, "both" as const),
      quantity: fc.integer({ min: 1, max: 9 }),
    }),
    { minLength: 1, maxLength: 6 },
  );
  const few = fc.integer({ min: 1, max: 4 });
  fc.assert(
    fc.property(lines, few, few, (list, buy, get) => {
      const cart = list.map(({ role, quantity }, i) => goods(`v${i}`, 100, quantity, role));
      const parts = discountLines(deal(buy, get), cart, "EUR");
      const total = parts?.reduce((sum, part) => sum + part, 0) ?? 0;
      expect(total).toBe(mostDeals(buy, get, cart) * get * 100);
      parts?.forEach((part, i) => {
        expect(part === 0 || cart[i]?.rewards).toBe(true);
      });
    }),
    { numRuns: 1000 },
  );
});
