import binaryen from "binaryen";
import { STACK_BYTES, STACK_RESERVE_BYTES } from "../limits.ts";
import { exportNames, importNames } from "./names.mjs";

/** Bytes of stack that a function which calls another costs. */
const FRAME = 96;

/** V8 inlines functions of up to 500 bytes; this one, inlined wherever fuel is spent, costs a sixth of the speed. */
const TOO_LARGE_TO_INLINE = "(nop)".repeat(1000);

const spend = (units) => `(global.set $fuel (i32.sub (global.get $fuel) ${units}))
  (if (i32.lt_s (global.get $fuel) (i32.const 0)) (then (call $spent)))`;
const unit = spend("(i32.const 1)");

const move = (what) => `(func $metered_${what} (param i32 i32 i32)
  ${spend("(i32.shr_u (local.get 2) (i32.const 6))")}
  (memory.${what} (local.get 0) (local.get 1) (local.get 2)))`;

const additions = `
(global $fuel (mut i32) (i32.const 2147483647))
(export "fuel" (global $fuel))
(export "stackPointer" (global $global$0))
(func $spent (if (call $refuel) (then (call $pause))) ${TOO_LARGE_TO_INLINE})
${move("copy")}
${move("fill")})`;

const features =
  binaryen.Features.MutableGlobals |
  binaryen.Features.BulkMemory |
  binaryen.Features.BulkMemoryOpt |
  binaryen.Features.SignExt |
  binaryen.Features.NontrappingFPToInt |
  binaryen.Features.Multivalue |
  binaryen.Features.ReferenceTypes;

/**
 * Rewrites QuickJS so that every function entry, every loop turn and every 64 bytes moved cost one
 * unit of the global `fuel`, and every frame some stack. Where either is spent it asks the host to `refuel`,
 * which may throw, or have it `pause`.
 * `glue` is the package's own JavaScript, which says what its one-letter exports are.
 */
export function meter(wasm, glue) {
  const plain = rename(inline(wasm), glue);
  const top = Number(plain.match(/\(global \$global\$0 \(mut i32\) \(i32\.const (\d+)\)\)/)[1]);
  const metered = [
    meterMoves,
    meterLoops,
    (text) => meterFunctions(text, top - STACK_BYTES - STACK_RESERVE_BYTES),
  ].reduce((text, step) => step(text), plain);
  const module = binaryen.parseText(metered.slice(0, metered.lastIndexOf(")")) + additions);
  module.setFeatures(features);
  module.runPasses(["remove-unused-module-elements"]);
  if (!module.validate()) throw new Error("The metered module is not valid.");
  const bytes = module.emitBinary();
  module.dispose();
  return bytes;
}

/** The package is built for size; inlining its small functions wins back what metering costs. */
function inline(wasm) {
  const module = binaryen.readBinary(wasm);
  module.setFeatures(features);
  binaryen.setOptimizeLevel(1);
  binaryen.setShrinkLevel(0);
  binaryen.setAlwaysInlineMaxSize(40);
  binaryen.setFlexibleInlineMaxSize(10);
  module.runPasses([
    "inlining",
    "simplify-locals",
    "coalesce-locals",
    "vacuum",
    "remove-unused-brs",
  ]);
  const text = module.emitText();
  module.dispose();
  return text;
}

function rename(text, glue) {
  const names = new Map(
    [...glue.matchAll(/c\._(\w+)=b\.([\w$]+)/g)].map(([, name, key]) => [key, name]),
  );
  names.set("u", "__wasm_call_ctors");
  return text
    .replace(
      /^ \(import /m,
      ' (import "host" "refuel" (func $refuel (result i32)))\n (import "host" "pause" (func $pause))\n$&',
    )
    .replace(/^ \(export "([\w$]+)" (\(func \S+\))\)$/gm, (_, key, what) => {
      const name = exportNames[names.get(key)];
      return name ? ` (export "${name}" ${what})` : "";
    })
    .replace(/\(import "a" "(\w)"/g, (_, key) => `(import "host" "${importNames[key]}"`);
}

const meterMoves = (text) =>
  counted(text, /\(memory\.(copy|fill)\b/g, (_, what) => `(call $metered_${what}`);

const meterLoops = (text) =>
  counted(text, /\(loop\b( \$\S+)?( \(result \w+\))?$/gm, (head) => `${head} ${unit}`, /\(loop\b/g);

function meterFunctions(text, floor) {
  const whole = /^ \(func \$\S+.*\n(?: {2}.*\n)* \)$/gm;
  return counted(text, whole, (code) => meterFunction(code, floor), /^ \(func /gm);
}

function meterFunction(code, floor) {
  const [head, result] = code.match(/^ .*?(?:\(result (\w+)\))?\n(?: {2}\(local .*\n)*/);
  const body = code.slice(head.length, -2);
  if (!/\(call(_indirect)? /.test(body)) return `${head}${unit}\n${body} )`;
  const typed = result ? `(result ${result})` : "";
  const inner = `(block $metered ${typed}\n${body.replace(/\(return\b/g, "(br $metered")})`;
  return `${head}${result ? `(local $metered_result ${result})` : ""}
    (global.set $fuel (i32.sub (global.get $fuel) (i32.const 1)))
    (global.set $global$0 (i32.sub (global.get $global$0) (i32.const ${FRAME})))
    (if (i32.lt_s (i32.or (global.get $fuel) (i32.sub (global.get $global$0) (i32.const ${floor}))) (i32.const 0))
      (then (call $spent)))
    ${result ? `(local.set $metered_result ${inner})` : inner}
    (global.set $global$0 (i32.add (global.get $global$0) (i32.const ${FRAME})))
    ${result ? "(local.get $metered_result)" : ""})`;
}

/** Replaces, and refuses to go on if the pattern missed any occurrence of what it stands for. */
function counted(text, pattern, replace, every = pattern) {
  const found = text.match(pattern)?.length;
  const expected = text.match(every)?.length;
  if (!found || found !== expected) throw new Error(`${pattern} found ${found} of ${expected}`);
  return text.replace(pattern, replace);
}
