import { expect, test } from "vitest";
import { findStale } from "./engine/build.mjs";

test("the engine is what its pinned packages make", async () => {
  expect(await findStale()).toEqual([]);
});
