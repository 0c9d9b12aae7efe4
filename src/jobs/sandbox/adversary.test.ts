import { describe, expect, test } from "vitest";
import { adversary } from "./adversary";
import { DEFAULT_FUEL } from "./limits";
import { run } from "./testing";

/** What a run can see of its world: with a fresh machine always the same, down to the fuel it takes to look. */
const lookAround = `
  const seen = Object.getOwnPropertyNames(globalThis).map((name) => name + typeof globalThis[name]);
  const kinds = [Object, Array, Function, Promise, String, Error, Map, Date, RegExp, JSON, Math];
  for (const kind of kinds) seen.push(...Reflect.ownKeys(kind).map(String), ...Reflect.ownKeys(kind.prototype ?? {}).map(String));
  [seen.join(), Math.random(), Date.now(), input, stdin]`;

async function timeOf(source: string): Promise<number> {
  const begun = performance.now();
  await run(source);
  return performance.now() - begun;
}

/** How long the default fuel lasts where it goes into objects and texts, at this machine's present pace. */
const calibrate = () =>
  timeOf("const m = new Map(); for (let i = 0; ; i++) m.set('k' + (i % 5000), { i })");

describe("every hostile program ends in time and as it should, and leaves nothing behind", async () => {
  await calibrate();
  let pace = await calibrate();
  const fresh = await run(lookAround);

  /** The machine is shared, so only a program that is slow every time it is tried is held to be slow. */
  async function isQuick(source: string): Promise<boolean> {
    for (let tries = 0; tries < 4; tries += 1) {
      if ((await timeOf(source)) < 3 * pace) return true;
      pace = await calibrate();
    }
    return false;
  }

  test.each(adversary)("%s: %s", async (_, end, source) => {
    const result = await run(source);
    expect(result).toMatchObject({ status: end });
    expect(result.receipt.fuel).toBeLessThanOrEqual(DEFAULT_FUEL);
    expect(await run(lookAround)).toEqual(fresh);
    expect(await isQuick(source)).toBe(true);
  });

  test("there are more than a hundred of them, and no two are the same", () => {
    expect(new Set(adversary.map(([, , source]) => source)).size).toBe(adversary.length);
    expect(adversary.length).toBeGreaterThan(100);
  });
});
