import { expect, test } from "vitest";
import { run, valueFrom } from "./testing";

const values: [source: string, value: unknown][] = [
  ["1 + 1", 2],
  ["const a = 20; a * 2 + 2", 42],
  ["if (input === null) 'none'; else 'some'", "none"],
  ["await Promise.resolve(5) + 1", 6],
  ["Promise.all([1, Promise.resolve(2)])", [1, 2]],
  ["async function main() { return 'main' } main()", "main"],
  ["({ a: [1, { b: null }], c: undefined })", { a: [1, { b: null }] }],
  ["export default 7", 7],
  ["const a = await 3; export const b = 1; export default a * 2", 6],
  ["export default Promise.resolve('kept')", "kept"],
  ["export default () => 'called'", "called"],
  ["export default async function (input) { return { input } }", { input: null }],
  ["// export nothing\n'import'", "import"],
  ["var let_ = 'sloppy'; with ({ a: 1 }) a", 1],
  ["new Date(0)", "1970-01-01T00:00:00.000Z"],
  ["undefined", null],
  ["() => 1", null],
  ["", null],
];

test.each(values)("%s", async (source, value) => {
  expect(await valueFrom(run(source))).toEqual(value);
});

test("what a program is given are its globals, and the argument of what it exports", async () => {
  const given = { input: { names: ["Ö", "𝒳\u0000"] }, stdin: 'a line\n"quoted"\u0000' };
  expect(await valueFrom(run("({ input, stdin })", given))).toEqual(given);
  expect(await valueFrom(run("export default (input) => input.names", given))).toEqual([
    "Ö",
    "𝒳\u0000",
  ]);
});

test("the console keeps level and order, and shows values as people write them", async () => {
  const { logs } = await run(`
    console.log("a", 1, true, null, undefined, -0, 5n, Symbol("s"));
    console.info([1, "two", [3]], { a: { b: { c: { d: 1 } } } });
    console.warn(new Map([["k", { v: 1 }]]), new Set([1]), new Uint8Array(2), new (class Point { x = 1 })());
    console.error(new TypeError("no"), new Date(0), /x/g, () => {}, function named() {}, Promise.resolve());
    console.debug(Object.create(null), new Date(NaN), Array.from({ length: 102 }, () => 0));`);
  const zeros = Array(100).fill(0).join(", ");
  expect(logs).toEqual([
    { level: "log", text: "a 1 true null undefined -0 5n Symbol(s)" },
    { level: "info", text: '[1, "two", [3]] { a: { b: { c: { d: 1 } } } }' },
    { level: "warn", text: 'Map { "k" => { v: 1 } } Set { 1 } Uint8Array [0, 0] Point { x: 1 }' },
    {
      level: "error",
      text: "TypeError: no 1970-01-01T00:00:00.000Z /x/g [function (anonymous)] [function named] Promise",
    },
    { level: "log", text: `{} Invalid Date [${zeros}, … 2 more]` },
  ]);
});

test("what was printed before a failure is kept", async () => {
  expect(await run("console.log('before'); for (;;);")).toMatchObject({
    status: "out_of_fuel",
    logs: [{ level: "log", text: "before" }],
  });
});

test("timers fire by due time, then by age, and waiting costs no time", async () => {
  const result = await run(`
    const begun = Date.now();
    const after = (ms, name) => setTimeout((n) => console.log(n, Math.round((Date.now() - begun) / 1000)), ms, name);
    after(2000, "c"); after(1000, "a"); after(1000, "b"); clearTimeout(after(500, "never"));
    let left = 3;
    const id = setInterval(() => { console.log("tick"); if (--left === 0) clearInterval(id) }, 3000);
    await new Promise((go) => setTimeout(go, 86_400_000));
    Math.round((Date.now() - begun) / 1000)`);
  expect(await valueFrom(result)).toBe(86_400);
  expect(result.logs.map(({ text }) => text)).toEqual([
    "a 1",
    "b 1",
    "c 2",
    "tick",
    "tick",
    "tick",
  ]);
});

test("microtasks run between timers, and all timers run before a program has ended", async () => {
  const { logs } = await run(`
    setTimeout(() => { console.log("timer"); queueMicrotask(() => console.log("micro")) }, 1);
    setTimeout(() => console.log("last"), 1);
    "value"`);
  expect(logs.map(({ text }) => text)).toEqual(["timer", "micro", "last"]);
});

test("there is nothing of the host", async () => {
  const names =
    "fetch process require Request WebSocket caches crypto WebAssembly Buffer self window std os print gc";
  const found = `${JSON.stringify(names.split(" "))}.filter((name) => name in globalThis)`;
  expect(await valueFrom(run(found))).toEqual([]);
});
