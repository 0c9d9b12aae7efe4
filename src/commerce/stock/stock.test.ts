import fc from "fast-check";
import { describe, expect, it } from "vitest";
import * as stock from "./stock";

const level = (change: Partial<stock.Level> = {}): stock.Level => ({
  onHand: 5,
  held: 0,
  promised: 0,
  owed: 0,
  oversell: "deny",
  backorderLimit: 0,
  ...change,
});
const ask = (quantity: number) => ({ quantity, expiresAt: 1_000 });

describe("a hold", () => {
  it("is given as long as there is stock, and refused without a change after that", () => {
    const first = stock.reserve(level(), undefined, ask(3));
    expect(first.level).toMatchObject({ onHand: 5, held: 3 });
    const second = stock.reserve(first.level, undefined, ask(3));
    expect(second).toMatchObject({ refusal: "insufficient", hold: undefined });
    expect(second.level).toBe(first.level);
    expect(stock.availableOf(second.level)).toBe(2);
  });

  it("is the same hold when asked for again", () => {
    const { level: after, hold } = stock.reserve(level(), undefined, ask(3));
    const again = stock.reserve(after, hold, ask(3));
    expect([again.level, again.hold, again.refusal]).toEqual([after, hold, null]);
    expect(again.hold).toBe(hold);
  });

  it("is sold once, and never after it was released", () => {
    const held = stock.reserve(level(), undefined, ask(3));
    const sold = stock.commit(held.level, held.hold, "c1");
    expect(sold.level).toMatchObject({ onHand: 2, held: 0 });
    expect(sold.movements).toEqual([{ kind: "sale", quantity: -3, reference: "sale:c1" }]);
    const again = stock.commit(sold.level, sold.hold, "c1");
    expect([again.level, again.movements, again.refusal]).toEqual([sold.level, [], null]);
    const freed = stock.release(held.level, held.hold);
    expect(freed.level).toEqual(level());
    expect(stock.commit(freed.level, freed.hold, "c1").refusal).toBe("not_held");
    expect(stock.commit(level(), undefined, "c1").refusal).toBe("not_held");
  });

  it("stays sold when released late", () => {
    const held = stock.reserve(level(), undefined, ask(3));
    const sold = stock.commit(held.level, held.hold, "c1");
    expect(stock.release(sold.level, sold.hold)).toMatchObject({
      level: sold.level,
      hold: { state: "committed" },
    });
  });

  it("released before it came leaves a tombstone that a delayed reservation cannot revive", () => {
    const tomb = stock.release(level(), undefined);
    expect(tomb).toMatchObject({ level: level(), hold: { state: "released" } });
    const late = stock.reserve(tomb.level, tomb.hold, ask(1));
    expect(late).toMatchObject({
      level: level(),
      refusal: "released",
      hold: { state: "released" },
    });
  });

  it("is freed for no other reason than its checkout's end", () => {
    expect(stock.decideDueHold("alive")).toBe("extend");
    expect(stock.decideDueHold("paid")).toBe("commit");
    expect(stock.decideDueHold("closed")).toBe("release");
  });
});

describe("selling what is not there", () => {
  it("a backorder promises up to its limit, and the next delivery goes there first", () => {
    const shop = level({ onHand: 2, oversell: "backorder", backorderLimit: 3 });
    expect(stock.availableOf(shop)).toBe(5);
    const held = stock.reserve(shop, undefined, ask(4));
    expect(held.level).toMatchObject({ held: 2, promised: 2 });
    expect(stock.reserve(held.level, undefined, ask(2)).refusal).toBe("insufficient");
    const sold = stock.commit(held.level, held.hold, "c1");
    expect(sold.level).toMatchObject({ onHand: 0, held: 0, promised: 0, owed: 2 });
    const filled = stock.restock(sold.level, 5, "delivery", false);
    expect(filled.level).toMatchObject({ onHand: 3, owed: 0 });
    expect(filled.movements).toEqual([
      { kind: "restock", quantity: 5, reference: "delivery" },
      { kind: "backfill", quantity: -2, reference: "backfill:delivery" },
    ]);
  });

  it("the untracked are never refused and never counted", () => {
    const shop = level({ onHand: 0, oversell: "untracked" });
    expect(stock.availableOf(shop)).toBe(null);
    const held = stock.reserve(shop, undefined, ask(1_000));
    const sold = stock.commit(held.level, held.hold, "c1");
    expect([sold.level, sold.movements, sold.refusal]).toEqual([shop, [], null]);
  });
});

describe("deliveries and corrections", () => {
  it("count once by reference", () => {
    expect(stock.restock(level(), 3, "r", false).level.onHand).toBe(8);
    expect(stock.restock(level(), 3, "r", true).movements).toEqual([]);
    expect(stock.adjust(level(), -2, "r", true).movements).toEqual([]);
  });

  it("never take what is held for others", () => {
    const busy = level({ held: 4 });
    expect(stock.adjust(busy, -1, "count", false).level.onHand).toBe(4);
    expect(stock.adjust(busy, -2, "count", false)).toMatchObject({
      level: busy,
      refusal: "insufficient",
    });
  });
});

it("any order of anything keeps stock between its bounds and equal to its movements", () => {
  const id = fc.integer({ min: 0, max: 3 });
  const count = fc.integer({ min: 1, max: 4 });
  const action = fc.oneof(
    fc.record({ verb: fc.constant("reserve" as const), id, count }),
    fc.record({ verb: fc.constantFrom("commit" as const, "release" as const), id, count }),
    fc.record({ verb: fc.constantFrom("restock" as const, "adjust" as const), id, count }),
  );
  const policy = fc.constantFrom<stock.Oversell>("deny", "backorder", "untracked");
  fc.assert(
    fc.property(policy, fc.array(action, { maxLength: 60 }), (oversell, actions) => {
      let now = level({ oversell, backorderLimit: 3 });
      let moved = 5;
      const holds = new Map<number, stock.Hold>();
      actions.forEach(({ verb, id, count }, index) => {
        const hold = holds.get(id);
        const keep = (change: stock.Change) => {
          if (change.hold) holds.set(id, change.hold);
          return change;
        };
        const change =
          verb === "reserve"
            ? keep(stock.reserve(now, hold, ask(count)))
            : verb === "commit"
              ? keep(stock.commit(now, hold, `${id}`))
              : verb === "release"
                ? keep(stock.release(now, hold))
                : verb === "restock"
                  ? stock.restock(now, count, `${index}`, false)
                  : stock.adjust(now, -count, `${index}`, false);
        now = change.level;
        for (const { quantity } of change.movements) moved += quantity;
        const live = [...holds.values()].filter(({ state }) => state === "held");
        expect(now.held).toBe(live.reduce((sum, { taken }) => sum + taken, 0));
        expect(now.promised).toBe(live.reduce((sum, { promised }) => sum + promised, 0));
        expect(now.held).toBeGreaterThanOrEqual(0);
        expect(now.onHand).toBeGreaterThanOrEqual(now.held);
        expect(now.promised + now.owed).toBeLessThanOrEqual(3);
        expect(now.onHand).toBe(moved);
      });
    }),
    { numRuns: 500 },
  );
});
