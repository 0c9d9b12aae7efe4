import { expect, test } from "vitest";
import { errorFrom, run, runTypes } from "./testing";

/** The place of `¦` in a source, which is taken out of it; lines and columns count from 1. */
function readPlace(marked: string) {
  const before = marked.slice(0, marked.indexOf("¦")).split("\n");
  const place = { line: before.length, column: (before.at(-1) ?? "").length + 1 };
  return { source: marked.replace("¦", ""), place };
}

const both: [name: string, marked: string][] = [
  ["ReferenceError", "\n\n  ¦nope"],
  ["ReferenceError", "const a = 'é𝒳'; ¦nope"],
  ["TypeError", "const a = {};\n  a.b¦.c"],
  ["TypeError", "null¦.x"],
  ["Error", "throw new Error¦('x')"],
  ["RangeError", "function f() {\n  throw new RangeError¦('x')\n}\nf()"],
  ["Error", "await null;\n throw new Error¦('late')"],
  ["Error", "setTimeout(() => {\n  throw new Error¦('timer') })"],
  ["Error", "export default () => {\n\tthrow new Error¦('exported') }"],
  ["Error", "export default async () => { await 1; throw new Error¦('awaited') }"],
  ["SyntaxError", "JSON.parse¦('{')"],
  ["TypeError", "new Promise((go) => go(undefined¦.x))"],
];

test.each(both)("%s at %s", async (name, marked) => {
  const { source, place } = readPlace(marked);
  const expected = { status: "threw", name, ...place };
  expect(await errorFrom(run(source))).toMatchObject(expected);
  expect(await errorFrom(runTypes(source))).toMatchObject(expected);
});

const typed: [name: string, marked: string][] = [
  ["ReferenceError", "const a: Map<string, number[]> = ¦nope"],
  ["ReferenceError", "type A = {\n  a: string;\n};\n const b = 1 as number, c: A = ¦nope"],
  [
    "Error",
    "enum Color { Red = 'red', Blue = 'blue' }; throw new Error¦(Color.Red satisfies string)",
  ],
  [
    "TypeError",
    "class P { constructor(private readonly a: string, b?: number) { (null as any)¦.x } } new P('')",
  ],
  [
    "TypeError",
    "const f = <T extends object>(x: T): T => (x as any).a¦.b; f<{ é: '𝒳' }>({ é: '𝒳' })",
  ],
  [
    "Error",
    "import type { A } from 'a'; declare const z: A; export default (x: unknown): never => { throw new Error¦('x') }",
  ],
];

test.each(typed)("%s in typescript at %s", async (name, marked) => {
  const { source, place } = readPlace(marked);
  expect(await errorFrom(runTypes(source))).toMatchObject({ status: "threw", name, ...place });
});

const unreadable: [marked: string][] = [
  ["let a = ¦;"],
  ["\n  foo(¦"],
  ["const é = 1;\n const é ¦= 2"],
  ["export default 1;\nlet x = ¦;"],
];

test.each(unreadable)("unreadable at %s", async (marked) => {
  const { source, place } = readPlace(marked);
  expect(await errorFrom(run(source))).toMatchObject({
    status: "syntax_error",
    name: "SyntaxError",
    ...place,
  });
  expect(await errorFrom(runTypes(source))).toMatchObject({ status: "syntax_error", ...place });
});

test("what cannot be imported is named where it stands", async () => {
  for (const marked of [
    "const a = 1;\nimport fs from ¦'node:fs'; fs",
    'const é = "𝒳"; await import(¦"https://x.example")',
    "export { a } from ¦'./a.js'",
  ]) {
    const { source, place } = readPlace(marked);
    const expected = { status: "import_refused", name: "ImportError", ...place };
    expect(await errorFrom(run(source))).toMatchObject(expected);
    expect(await errorFrom(runTypes(source))).toMatchObject(expected);
  }
});

test("the author's own functions are named, innermost first", async () => {
  const source =
    "const a = (n: number) => n < 1 ? null.x : a(n - 1);\nfunction b() { [1].map(() => a(1)) }\nb()";
  const { frames } = await errorFrom(runTypes(source.replace("null", "(null as any)")));
  expect(frames.map(({ name, line }) => [name, line])).toEqual([
    ["a", 1],
    ["a", 1],
    [null, 2],
    ["b", 2],
    [null, 3],
  ]);
});

test("anything may be thrown", async () => {
  for (const [thrown, message] of [
    ["'text'", "text"],
    ["42", "42"],
    ["null", "null"],
    ["{ code: 7 }", "{ code: 7 }"],
  ]) {
    expect(await errorFrom(run(`throw ${thrown}`))).toEqual({
      status: "threw",
      name: "Thrown",
      message,
      line: null,
      column: null,
      frames: [],
    });
  }
});

test("errors of one's own class keep their name", async () => {
  const source =
    "class Broken extends Error { name = 'Broken' }\nthrow new Broken('x'.repeat(1e5))";
  const { name, message } = await errorFrom(run(source));
  expect({ name, length: message.length }).toEqual({ name: "Broken", length: 2048 });
});
