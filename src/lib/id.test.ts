import { expect, test } from "vitest";
import { newId } from "./id";

const uuid7 = /^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/;

test("ids of one moment are different, well formed and in order", () => {
  const now = Date.now() + 60_000;
  const ids = Array.from({ length: 10_000 }, () => newId(now));
  expect(ids.every((id) => uuid7.test(id))).toBe(true);
  expect(new Set(ids).size).toBe(ids.length);
  expect(ids.toSorted()).toEqual(ids);
});

test("what follows the time repeats in no two ids", () => {
  const tails = Array.from({ length: 5_000 }, () => newId().slice(19));
  expect(new Set(tails).size).toBe(tails.length);
});

test("an id begins with its time in milliseconds", () => {
  const later = Date.now() + 3_600_000;
  expect(Number.parseInt(newId(later).replaceAll("-", "").slice(0, 12), 16)).toBe(later);
});
