import types from "./engine/types.txt";
import { Failure, fail } from "./failure";
import { FuelSpent } from "./fuel";
import { STRIP_FUEL, STRIP_FUEL_PER_BYTE, STRIP_HEAP_BYTES, STRIP_MAX_FUEL } from "./limits";
import { type Machine, openMachine, SCRIPT } from "./machine";
import type { Image, Value } from "./quickjs";

type Pause = () => Promise<void>;

let prepared: { image: Image; target: Value } | undefined;

/**
 * Takes the types out; every line stays where it was. A parser of TypeScript may need time exponential
 * in a few hundred bytes, so it runs in a metered machine too, on an allowance of its own.
 */
export const stripTypes = (source: string, pause: Pause) => ask("strip", source, pause);

/** The source map of `stripTypes`, which only a failure asks for; none if even that costs too much. */
export async function mapTypes(source: string, pause: Pause): Promise<string> {
  try {
    return await ask("map", source, pause);
  } catch (error) {
    if (error instanceof Failure) return "";
    throw error;
  }
}

async function ask(verb: string, source: string, pause: Pause): Promise<string> {
  prepared ??= await prepare();
  const machine = openMachine({ heapBytes: STRIP_HEAP_BYTES, image: prepared.image, pause });
  machine.tank.fill(Math.min(STRIP_MAX_FUEL, STRIP_FUEL + STRIP_FUEL_PER_BYTE * source.length));
  const answer = await call(machine, prepared.target, verb, source);
  const { text, message = "", line = 1, column = 1 } = JSON.parse(answer) as Answer;
  if (text !== undefined) return text;
  throw fail("syntax_error", "SyntaxError", message, [{ name: null, line, column }]);
}

interface Answer {
  text?: string;
  message?: string;
  line?: number;
  column?: number;
}

async function call(machine: Machine, target: Value, verb: string, source: string) {
  try {
    const given = [verb, JSON.stringify(source)].map(machine.newText);
    const answer = await machine.call(target, ...given);
    const thrown = machine.takeException(answer);
    if (thrown) throw failureOf(machine.readText(thrown) ?? "");
    return machine.readText(answer) ?? "{}";
  } catch (error) {
    if (!(error instanceof FuelSpent)) throw error;
    throw fail("out_of_fuel", "OutOfFuel", "Reading the types of this program takes too long.");
  }
}

function failureOf(thrown: string): Failure {
  if (thrown.includes("out of memory")) {
    return fail(
      "out_of_memory",
      "InternalError",
      "Reading the types of this program takes too much memory.",
    );
  }
  if (thrown.includes("stack overflow")) {
    return fail("stack_overflow", "SyntaxError", "The program is nested too deeply.");
  }
  return fail("syntax_error", "SyntaxError", thrown.replace(/^\w*Error: /, ""));
}

/** A machine that has read the parser, kept for the life of the isolate: reading it takes 30 ms. */
async function prepare() {
  const machine = openMachine({ heapBytes: STRIP_HEAP_BYTES });
  const target = await machine.call(await machine.evaluate(types, "types", SCRIPT));
  return { image: machine.takeImage(), target };
}
