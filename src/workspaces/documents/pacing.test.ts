import { expect, test } from "vitest";
import { nextClock } from "./awareness";
import { isCompactionDue, joinParts, splitIntoParts } from "./compaction";
import { limitsOf } from "./limits";
import { delayUntilFlush } from "./pacing";
import { costOf, newAllowance, spend } from "./rate";

const limits = limitsOf(undefined);

test("idle flushes at once, load waits for the end of its window or for its fill", () => {
  const delay = (since: number, bytes = 0) =>
    delayUntilFlush(
      { lastFlush: 1_000, now: 1_000 + since, bytes },
      { window: 10, mostBytes: 100 },
    );
  expect([delay(10), delay(500), delay(3), delay(0), delay(3, 100)]).toEqual([0, 0, 7, 10, 0]);
  expect(delay(-5_000)).toBe(0);
});

test("sixty frames a second are always allowed, more only from savings", () => {
  const allowance = newAllowance(0, limits);
  for (let n = 0; n < 6_000; n++) expect(spend(allowance, 1, (n * 1_000) / 60, limits)).toBe(true);
  const fast = newAllowance(0, limits);
  let taken = 0;
  while (spend(fast, 1, 0, limits)) taken += 1;
  expect(taken).toBe(600);
  expect(spend(fast, 1, 5_000, limits)).toBe(true);
});

test("presence is cheap, the whole document is dear, and bytes count", () => {
  const update = { type: "update" as const, update: new Uint8Array() };
  const step1 = { type: "step1" as const, stateVector: new Uint8Array() };
  const awareness = { type: "awareness" as const, update: new Uint8Array() };
  expect(costOf([awareness, awareness], 100)).toBeLessThan(0.2);
  expect(costOf([{ type: "query" }], 1)).toBeGreaterThan(5);
  expect(costOf([update], 100)).toBeCloseTo(1, 1);
  expect(costOf([step1], 10)).toBeGreaterThan(5);
  expect(costOf([update], 1_048_576)).toBe(17);
});

test("bytes in parts come back whole, and the log is due at 500 rows or 1 MB", () => {
  for (const length of [0, 1, 9, 10, 11, 100]) {
    const bytes = Uint8Array.from({ length }, (_, n) => n);
    const parts = splitIntoParts(bytes, 10);
    expect(parts.every((part) => part.length <= 10)).toBe(true);
    expect(joinParts(parts)).toEqual(bytes);
  }
  expect(isCompactionDue({ rows: 499, bytes: 999_999 }, limits)).toBe(false);
  expect(isCompactionDue({ rows: 500, bytes: 0 }, limits)).toBe(true);
  expect(isCompactionDue({ rows: 1, bytes: 1_000_000 }, limits)).toBe(true);
});

test("the clock of a state only rises, fits 32 bits, and catches up with time", () => {
  const now = Date.UTC(2026, 10, 20);
  const first = nextClock(0, now);
  expect(nextClock(first, now)).toBe(first + 1);
  expect(nextClock(first, now - 1_000)).toBe(first + 1);
  expect(nextClock(0, now + 250)).toBe(first + 1);
  expect(nextClock(0, Date.UTC(2042, 0, 1))).toBeLessThan(2 ** 32);
});
