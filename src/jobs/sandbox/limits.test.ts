import { expect, test } from "vitest";
import {
  DEFAULT_FUEL,
  INPUT_BYTES,
  JSON_DEPTH,
  LOG_LINE_BYTES,
  LOG_LINES,
  MAX_FUEL,
  OUTPUT_BYTES,
  SOURCE_BYTES,
} from "./limits";
import { RunRequest } from "./schema";
import { errorFrom, run, runTypes, valueFrom } from "./testing";

const padded = (bytes: number) => `1;${" ".repeat(bytes - 2)}`;

test("a source may be 256 KB long and not a byte longer", async () => {
  expect(await valueFrom(run(padded(SOURCE_BYTES)))).toBe(1);
  expect(await valueFrom(runTypes(padded(SOURCE_BYTES)))).toBe(1);
  for (const source of [padded(SOURCE_BYTES + 1), `'${"é".repeat(SOURCE_BYTES / 2)}'`]) {
    const result = await run(source);
    expect(result).toMatchObject({ status: "too_large", receipt: { fuel: 0 } });
    expect(await errorFrom(result)).toMatchObject({
      message: expect.stringMatching(/^The source is \d+ bytes/),
    });
  }
});

test("input and standard input may be 1 MB long each", async () => {
  const stdin = "x".repeat(INPUT_BYTES);
  const input = "y".repeat(INPUT_BYTES - 2);
  expect(await valueFrom(run("[stdin.length, input.length]", { stdin, input }))).toEqual([
    stdin.length,
    input.length,
  ]);
  expect(await errorFrom(run("1", { stdin: `${stdin}x` }))).toMatchObject({
    status: "too_large",
    message: expect.stringMatching(/^The standard input is/),
  });
  expect(await errorFrom(run("1", { input: `${input}y` }))).toMatchObject({
    status: "too_large",
    message: expect.stringMatching(/^The input is/),
  });
});

const nested = (levels: number) => JSON.parse("[".repeat(levels) + "]".repeat(levels));

test("what goes in and comes out may be nested 200 deep", async () => {
  expect(await valueFrom(run("input", { input: nested(JSON_DEPTH) }))).toEqual(nested(JSON_DEPTH));
  for (const levels of [JSON_DEPTH + 1, 300_000]) {
    expect(await errorFrom(run("1", { input: nested(levels) }))).toMatchObject({
      status: "too_large",
      message: expect.stringContaining("nested deeper"),
    });
  }
  const tooDeep = `let a = ["\\"]]"]; for (let i = 0; i < ${JSON_DEPTH}; i++) a = { a }; a`;
  expect(await errorFrom(run(tooDeep))).toMatchObject({ status: "not_json", name: "TooDeep" });
  expect(await valueFrom(run(`"[".repeat(1000) + '\\"'`))).toBe(`${"[".repeat(1000)}"`);
});

test("a result may be 256 KB of JSON", async () => {
  const most = OUTPUT_BYTES - 2;
  expect(await valueFrom(run(`'x'.repeat(${most})`))).toBe("x".repeat(most));
  for (const source of [
    `'x'.repeat(${most + 1})`,
    `'é'.repeat(${most / 2 + 1})`,
    "'x'.repeat(2e6)",
  ]) {
    expect(await errorFrom(run(source))).toMatchObject({ status: "too_large" });
  }
});

test("200 lines of 2 KB are kept, cut between characters; the others are counted", async () => {
  const { logs, droppedLines } = await run(
    "for (let i = 0; i < 250; i++) console.log('𝒳'.repeat(600) + i)",
  );
  expect(logs.length).toBe(LOG_LINES);
  expect(droppedLines).toBe(250 - LOG_LINES);
  expect(new Set(logs.map(({ text }) => text))).toEqual(new Set(["𝒳".repeat(LOG_LINE_BYTES / 4)]));
});

test("exactly the fuel a program needs is enough, and one unit less is not", async () => {
  const source = "let n = 0; for (let i = 0; i < 1000; i++) n += i; n";
  const { fuel } = (await run(source)).receipt;
  expect(fuel).toBeLessThan(DEFAULT_FUEL);
  expect(await run(source, { fuel })).toMatchObject({ status: "succeeded", receipt: { fuel } });
  expect(await run(source, { fuel: fuel - 1 })).toMatchObject({
    status: "out_of_fuel",
    receipt: { fuel: fuel - 1 },
  });
});

test("even a single unit of fuel ends in order", async () => {
  for (const fuel of [1, 100, 2_001, 4_100]) {
    expect(await run("1", { fuel })).toMatchObject({ status: "out_of_fuel", receipt: { fuel } });
  }
});

test("fuel is a positive number up to 1 G", () => {
  const accepts = (fuel: unknown) =>
    RunRequest.safeParse({ language: "javascript", source: "", fuel }).success;
  expect([1, MAX_FUEL].map(accepts)).toEqual([true, true]);
  expect([0, -1, 1.5, MAX_FUEL + 1, "5", Number.NaN].map(accepts)).toEqual(Array(6).fill(false));
});

test("the heap is 16 MB, and a program may catch its end", async () => {
  expect(await valueFrom(run("new Uint8Array(15e6).length"))).toBe(15e6);
  expect(await errorFrom(run("new Uint8Array(17e6)"))).toMatchObject({
    status: "out_of_memory",
    line: 1,
    column: 15,
  });
  const caught = "try { new Uint8Array(17e6) } catch (error) { error.message }";
  expect(await valueFrom(run(caught))).toBe("out of memory");
});

test("a full heap is still described", async () => {
  const source =
    "const kept = []; export default () => { for (;;) kept.push(new Uint8Array(1000)) }";
  expect(await errorFrom(run(source))).toMatchObject({
    status: "out_of_memory",
    name: "InternalError",
    message: "out of memory",
  });
});

test("functions nest 900 deep, and a program may catch the end of the stack", async () => {
  expect(await valueFrom(run("const f = (n) => n === 0 ? 0 : 1 + f(n - 1); f(900)"))).toBe(900);
  const caught = "const f = () => f(); try { f() } catch (error) { error.message }";
  expect(await valueFrom(run(caught))).toBe("stack overflow");
});
