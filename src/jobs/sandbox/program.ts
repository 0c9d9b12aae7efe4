import { type Failure, fail, mayBeModule } from "./failure";
import { CHANNELS, type Guest, makeGuest, Uncaught } from "./guest";
import { FUEL_PER_MS, LOG_LINES, OUTPUT_BYTES } from "./limits";
import { readLine } from "./lines";
import { ASYNC_SCRIPT, MODULE, openMachine } from "./machine";
import type { Value } from "./quickjs";
import type { LogLine } from "./schema";
import { stopOf } from "./stop";

export interface Program {
  code: string;
  file: "main.js" | "main.ts";
  /** Of `Math.random`. */
  seed: number;
  /** What `Date.now()` says before anything has run. */
  startsAt: number;
  fuel: number;
  /** JSON of `{ input, stdin }`. */
  given: string;
}

export interface Execution {
  outcome: { json: string } | Failure;
  logs: LogLine[];
  droppedLines: number;
  fuel: number;
}

/** Runs a program to its end in a machine of its own; it throws for a fault of the engine alone. */
export function executeProgram(program: Program): Execution {
  const logs: LogLine[] = [];
  let droppedLines = 0;
  let skipped = 0;
  let now = () => program.seed;
  const machine = openMachine({
    now: () => now(),
    tell(channel, text) {
      if (channel === CHANNELS.skip) skipped += Math.max(0, Number(text)) || 0;
      else if (channel === CHANNELS.write && logs.length < LOG_LINES) logs.push(readLine(text));
      else droppedLines += 1;
    },
  });
  const used = () => Math.min(program.fuel, Math.max(0, program.fuel - machine.fuel));
  now = () => program.startsAt + skipped + Math.floor(used() / FUEL_PER_MS);
  const guest = makeGuest(machine);
  machine.fuel = program.fuel;
  let outcome: Execution["outcome"];
  try {
    outcome = { json: complete(guest, program) };
  } catch (error) {
    outcome = stopOf(error, machine, guest, program.code);
  }
  return { outcome, logs, droppedLines, fuel: used() };
}

/** The JSON of what the program comes to: its last expression, or of a module what it exports by default. */
function complete(guest: Guest, program: Program): string {
  guest.begin(program.given);
  const script = readScript(guest, program);
  const completion = script ?? guest.evaluate(program.code, program.file, MODULE);
  const settled = settle(guest, completion);
  const result = script ? guest.finishScript(settled) : guest.finishModule(settled);
  const json = serialize(guest, settle(guest, result));
  if (json !== "!" && new TextEncoder().encode(json).length <= OUTPUT_BYTES) return json;
  throw fail("too_large", "TooLarge", `The result is longer than ${OUTPUT_BYTES} bytes of JSON.`);
}

/** Undefined if only a module may be written so. */
function readScript(guest: Guest, { code, file }: Program): Value | undefined {
  try {
    return guest.evaluate(code, file, ASYNC_SCRIPT);
  } catch (error) {
    if (error instanceof Uncaught && mayBeModule(guest.describe(error.thrown), code))
      return undefined;
    throw error;
  }
}

function settle(guest: Guest, value: Value): Value {
  const settled = guest.settle(value);
  if (settled !== undefined) return settled;
  throw fail("never_settled", "NeverSettled", "The program waits for what never happens.");
}

function serialize(guest: Guest, value: Value): string {
  try {
    return guest.serialize(value);
  } catch (error) {
    if (!(error instanceof Uncaught)) throw error;
    throw new Uncaught(error.thrown, "not_json");
  }
}
