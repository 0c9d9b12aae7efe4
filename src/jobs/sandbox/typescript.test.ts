import { expect, test } from "vitest";
import { errorFrom, runTypes, valueFrom } from "./testing";

const values: [source: string, value: unknown][] = [
  ["const a: number = 1; a", 1],
  ["let a!: string; a = 'x'; a!.length as number", 1],
  ["interface A { a?: number } type B = A | null; const b = { a: 2 } satisfies B; b.a", 2],
  ["enum E { A = 1, B, C = 'c' } [E.A, E[2], E.C]", [1, "B", "c"]],
  ["const enum E { A = 4 } E.A", 4],
  [
    "class P { constructor(private a: number, readonly b = 2) {} sum() { return this.a + this.b } } new P(1).sum()",
    3,
  ],
  [
    "abstract class A<T> { abstract a(): T; b(this: A<T>) { return this.a() } } class B extends A<number> { override a() { return 5 } } new B().b()",
    5,
  ],
  [
    "function f(a: string): string; function f(a: number): number; function f(a: any) { return a } f(6)",
    6,
  ],
  ["const f = <T,>(x: T): x is T => true; f<number>(1)", true],
  ["const f = async <K extends keyof { a: 1 }>(k: K): Promise<K> => k; f('a')", "a"],
  [
    `type T<U> = U extends (infer V extends string)[] ? \`\${V}!\` : never; declare const x: T<string[]>; 7`,
    7,
  ],
  ["import type { A } from './a'; import { B } from './b'; const a: A & B = 8 as never; a", 8],
  ["export type A = string; export interface B {} export default (n: number): number => n ?? 9", 9],
  ["declare module 'x' { const y: number } declare global { interface Z {} } 10", 10],
  ["const a = [1, 2] as const; for (const x of a as readonly number[]) x; a[1]", 2],
  ["const o = { a: { b: (x?: number) => x ?? 11 } }; o?.a?.b?.()", 11],
  ["const less = 1 < 2, generic = new Map<string, Array<number>>(); less && generic.size", 0],
  ["let x = <number><unknown>12; x", 12],
  [
    "class A { declare a: number; static #b = 13; static { A.#b++ } get c(): number { return A.#b } } new A().c",
    14,
  ],
];

test.each(values)("%s", async (source, value) => {
  expect(await valueFrom(runTypes(source, { input: 9 }))).toEqual(value);
});

test("types change neither the value nor the fuel of what they annotate", async () => {
  const plain = await runTypes("const f = (a, b) => a + b; f(1, 2)");
  const typed = await runTypes("const f = (a: number, b: number): number => a + b; f(1, 2)");
  expect(typed.status).toBe("succeeded");
  expect(typed.receipt.outputHash).toBe(plain.receipt.outputHash);
});

test("what is no typescript is refused where it goes wrong", async () => {
  expect(await errorFrom(runTypes("const a = 1;\nconst b: = 2"))).toMatchObject({
    status: "syntax_error",
    name: "SyntaxError",
    line: 2,
    column: 10,
  });
});

const bombs: [name: string, source: string][] = [
  ["arrow functions", `${"<T>(x=".repeat(40)}1${")".repeat(40)}`],
  ["conditionals", `${"a?(b):c=>".repeat(40)}1`],
  ["async calls", `${"async<T>(a=".repeat(40)}1${")".repeat(40)}`],
];

test.each(bombs)("a parser that backtracks over %s without end is stopped", async (_, source) => {
  const result = await runTypes(source);
  expect(result).toMatchObject({ status: "out_of_fuel", receipt: { fuel: 0 } });
});

test("types nested without end are refused", async () => {
  for (const source of [
    `let a: ${"A<".repeat(5e4)}`,
    "(".repeat(1e5),
    `let a: ${"[".repeat(1e5)}`,
  ]) {
    expect(await errorFrom(runTypes(source))).toMatchObject({ status: "stack_overflow" });
  }
});

test("one program's types are not seen by the next", async () => {
  await runTypes("enum Leaked { A }; globalThis.leaked = Leaked.A");
  expect(await valueFrom(runTypes("typeof Leaked + typeof leaked"))).toBe("undefinedundefined");
});
