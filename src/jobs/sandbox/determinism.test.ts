import { expect, test } from "vitest";
import { engineHash } from "./engine/hash";
import { RUN_ID, run, runTypes, valueFrom } from "./testing";

/** Golden: these hold on every machine, and change only with `ENGINE_VERSION`. */
const golden: [name: string, fuel: number, outputHash: string, source: string][] = [
  [
    "numbers",
    536_084,
    "vrLdPI6lWO_UjT-RFiknwof0uqLNrcHhZb8w7yRjGxE",
    "let s = 0; for (let i = 0; i < 1e4; i++) s += Math.sin(i) * Math.exp(-i / 1e3); s",
  ],
  [
    "chance",
    14_583,
    "6ZsWccoV8-XZV2nfQAT8uTvmmhY2rgxzySPwqebgQG0",
    "[Math.random(), Math.random()]",
  ],
  [
    "clock",
    126_675,
    "gmy7Q2Ikkva32es6WBOerWDB3jzKSo727RchNBX_6aY",
    "for (let i = 0; i < 1e4; i++); [Date.now(), String(new Date()), performance.now()]",
  ],
  [
    "texts",
    216_238,
    "dLSNqHvubaQNfhfuwUMhqg6yvC0JPRSAuUy9Xb6s9Ik",
    "Array.from({ length: 500 }, (_, i) => 'k' + i * 7919 % 500).sort().join().replace(/k(\\d)/g, '$1-')",
  ],
  [
    "objects",
    73_970,
    "e0t9qRWx2Iz9mhW_k7HvvVhZcSTI6I_tgbunOAga4Pw",
    "const m = new Map(); for (let i = 0; i < 500; i++) m.set('a' + i % 50, { i }); [...m].length",
  ],
  [
    "promises",
    219_120,
    "QlxUgynqY8VS7zSbfYDANLqJ6ttuVLpGMHI7Jfpt360",
    "let n = 0; for (let i = 0; i < 500; i++) n += await Promise.resolve(i); n",
  ],
  [
    "console",
    1_264_830,
    "bsYZ2SArvfm-LAWEDoeOv9FX-ssIElC8PtOj_gVOm4k",
    "for (let i = 0; i < 300; i++) console.log(i, [i], { i }); 'ö'",
  ],
  ["an error", 10_230, "dY7Xxbxs1ALiy-kypoE-EOyLpOfDzzz8Ge-0538BOIw", "\n  null.x"],
  [
    "recursion",
    258_522,
    "MLI4fKfpJDCFu8kAeqAUODEPx3_N2HZJ_dzJASpwoFI",
    "let n = 0; const f = () => { n++; f() }; try { f() } catch {} n",
  ],
  [
    "memory",
    8_373_495,
    "r2bJ7Nmtt2cSZtKS9xXtJaC7X8M6rScavumUW0dL7TU",
    "const a = []; try { for (;;) a.push(new Array(1000).fill(1)) } catch { } a.length",
  ],
  ["fuel", 20_000_000, "9r_-X4oWZoVHQy_yFx2Cb51uD2bvbGGSlKyzY69J8TY", "for (;;);"],
];

test.each(golden)("%s: the same output for the same fuel", async (_, fuel, outputHash, source) => {
  const { receipt } = await run(source);
  expect(receipt).toEqual({ fuel, outputHash, engineHash });
});

test("typescript too", async () => {
  const { receipt } = await runTypes("enum E { A }\nconst f = <T,>(x: T): T => x;\nf<E>(E.A)");
  expect(receipt).toEqual({
    fuel: 16_756,
    outputHash: "POjVi-62Sdulw_MR9GinBSe6qAqwBIn9JB_zJWvJ-D4",
    engineHash,
  });
});

test("the id decides the clock: it begins when the id was made and moves with the fuel", async () => {
  const [first, second] = (await valueFrom(
    run("const a = Date.now(); for (let i = 0; i < 1e5; i++); [a, Date.now()]"),
  )) as [number, number];
  expect(first).toBe(Number.parseInt(RUN_ID.replaceAll("-", "").slice(0, 12), 16));
  expect(second - first).toBeGreaterThan(1);
  expect(second - first).toBeLessThan(100);
  expect(await valueFrom(run("Date.now()", { id: "not a UUIDv7" }))).toBe(Date.UTC(2026, 0));
});

test("the id decides chance, and nothing else of a program's output", async () => {
  const ids = Array.from({ length: 50 }, (_, index) => `run ${index}`);
  const drawn = (await Promise.all(
    ids.map((id) => valueFrom(run("Math.random()", { id }))),
  )) as number[];
  expect(new Set(drawn).size).toBe(ids.length);
  expect(Math.min(...drawn)).toBeLessThan(0.2);
  expect(Math.max(...drawn)).toBeGreaterThan(0.8);
  const again = await Promise.all(ids.map((id) => valueFrom(run("Math.random()", { id }))));
  expect(again).toEqual(drawn);
  const hashes = await Promise.all(
    ids.map(async (id) => (await run("1 + 1", { id })).receipt.outputHash),
  );
  expect(new Set(hashes).size).toBe(1);
});

test("the hash is that of everything the author sees", async () => {
  const hashOf = async (source: string) => (await run(source)).receipt.outputHash;
  const hashes = await Promise.all(
    [
      "1",
      "2",
      "console.log(1); 1",
      "console.warn(1); 1",
      "throw 1",
      "throw 2",
      "\nthrow new Error(2)",
      "throw new Error(2)",
    ].map(hashOf),
  );
  expect(new Set(hashes).size).toBe(hashes.length);
});
