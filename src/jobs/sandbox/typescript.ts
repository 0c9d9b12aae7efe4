import types from "./engine/types.txt";
import { Failure, fail } from "./failure";
import { EngineFault } from "./imports";
import { STRIP_FUEL, STRIP_FUEL_PER_BYTE, STRIP_HEAP_BYTES, STRIP_MAX_FUEL } from "./limits";
import { openMachine, SCRIPT } from "./machine";
import type { Image, Value } from "./quickjs";

let prepared: { image: Image; target: Value } | undefined;

/**
 * Takes the types out; every line stays where it was. A parser of TypeScript may need time exponential
 * in a few hundred bytes, so it runs in a metered machine too, on an allowance of its own.
 */
export const stripTypes = (source: string): string => ask("strip", source);

/** The source map of `stripTypes`, which only a failure asks for. */
export const mapTypes = (source: string): string => ask("map", source);

function ask(verb: string, source: string): string {
  prepared ??= prepare();
  const machine = openMachine({ heapBytes: STRIP_HEAP_BYTES, image: prepared.image });
  machine.fuel = Math.min(STRIP_MAX_FUEL, STRIP_FUEL + STRIP_FUEL_PER_BYTE * source.length);
  try {
    const [name, text] = [verb, JSON.stringify(source)].map(machine.newText);
    const answer = machine.call(prepared.target, name as Value, text as Value);
    const thrown = machine.takeException(answer);
    if (thrown) throw failureOf(machine.readText(thrown) ?? "");
    return readAnswer(machine.readText(answer) ?? "{}");
  } catch (error) {
    if (error instanceof Failure || error instanceof EngineFault) throw error;
    if (machine.fuel >= 0) throw fail("stack_overflow", "SyntaxError", TOO_DEEP);
    throw fail("out_of_fuel", "OutOfFuel", "Reading the types of this program takes too long.");
  }
}

/** A machine that has read the parser, kept for the life of the isolate: reading it takes 30 ms. */
function prepare() {
  const machine = openMachine({ heapBytes: STRIP_HEAP_BYTES });
  const target = machine.call(machine.evaluate(types, "types", SCRIPT));
  return { image: machine.takeImage(), target };
}

const TOO_DEEP = "The program is nested too deeply.";

interface Answer {
  text?: string;
  message?: string;
  line?: number;
  column?: number;
}

function readAnswer(json: string): string {
  const { text, message = "", line = 1, column = 1 } = JSON.parse(json) as Answer;
  if (text !== undefined) return text;
  throw fail("syntax_error", "SyntaxError", message, [{ name: null, line, column }]);
}

function failureOf(thrown: string): Failure {
  if (thrown.includes("out of memory"))
    return fail("out_of_memory", "InternalError", "out of memory");
  if (thrown.includes("stack overflow")) {
    return fail("stack_overflow", "SyntaxError", TOO_DEEP);
  }
  return fail("syntax_error", "SyntaxError", thrown.replace(/^\w*Error: /, ""));
}
