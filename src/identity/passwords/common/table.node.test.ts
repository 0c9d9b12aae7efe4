import { expect, test } from "vitest";
import { isStale, makeTable } from "./build.mjs";

test("the table is what its script makes, and holds more than ten thousand passwords", async () => {
  expect(await isStale()).toBe(false);
  expect((await makeTable()).length / 4).toBeGreaterThan(10_000);
});
