import { afterEach, expect, test, vi } from "vitest";
import { takePermit } from "./permits";
import { errorFrom, run, runTypes, valueFrom } from "./testing";

afterEach(() => void vi.useRealTimers());

/** How often other work of the isolate gets its turn until a run has ended. */
async function countTurns(running: Promise<unknown>): Promise<number> {
  let turns = 0;
  let ended = false;
  void running.finally(() => {
    ended = true;
  });
  while (!ended) {
    await scheduler.wait(0);
    turns += 1;
  }
  return turns;
}

test("a long run lets others have their turn", async () => {
  const source = "let n = 0; while (n < 1e6) n++; [1].map(() => { while (n < 2e6) n++ }); n";
  const running = run(source, { fuel: 200_000_000 });
  expect(await countTurns(running)).toBeGreaterThan(4);
  expect(await valueFrom(running)).toBe(2_000_000);
});

test("pauses change neither output nor fuel", async () => {
  const source =
    "let s = ''; for (let i = 0; i < 3e5; i++) s = (s + i * i).slice(-20); [s, Date.now()]";
  const runs = await Promise.all([1, 2, 3, 4].map(() => run(source, { fuel: 500_000_000 })));
  expect(runs[0]?.receipt.fuel).toBeGreaterThan(20_000_000);
  for (const result of runs) expect(result).toEqual(runs[0]);
});

test("fuel that ends while the host is spoken to is not lost count of", async () => {
  const source = "for (let i = 0; ; i++) console.log('x'.repeat(1e4), i)";
  for (const fuel of [5_000_000, 5_000_777, 5_001_999, 10_000_003]) {
    expect(await run(source, { fuel })).toMatchObject({ status: "out_of_fuel", receipt: { fuel } });
  }
});

test("a run is ended by its signal, and leaves its place to the next", async () => {
  for (const language of ["javascript", "typescript"] as const) {
    const controller = new AbortController();
    const running = run("for (;;);", { language, fuel: 1_000_000_000, signal: controller.signal });
    setTimeout(() => controller.abort(new Error("cancelled")), 20);
    await expect(running).rejects.toThrow("cancelled");
  }
  expect(await Promise.all([1, 2, 3].map((n) => valueFrom(run(`${n}`))))).toEqual([1, 2, 3]);
});

test("reading types takes turns too", async () => {
  const bomb = `${"<T>(x=".repeat(40)}1${")".repeat(40)}//${"x".repeat(20_000)}`;
  const running = runTypes(bomb);
  expect(await countTurns(running)).toBeGreaterThan(4);
  expect(await errorFrom(running)).toMatchObject({ status: "out_of_fuel" });
});

test("two run at once in an isolate, the others wait", async () => {
  const held = [await takePermit(), await takePermit()];
  let begun = false;
  const waiting = run("1").finally(() => {
    begun = true;
  });
  await scheduler.wait(30);
  expect(begun).toBe(false);
  for (const permit of held) permit.giveBack();
  expect(await valueFrom(waiting)).toBe(1);
});

test("a run that died with its request is not waited for", async () => {
  const died = [await takePermit(), await takePermit()];
  vi.setSystemTime(Date.now() + 20_000);
  expect(await valueFrom(run("1"))).toBe(1);
  for (const permit of died) permit.giveBack();
});
