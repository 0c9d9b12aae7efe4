import { utf8 } from "../../lib/crypto";
import { type Failure, fail, mayBeModule } from "./failure";
import { CHANNELS, type Guest, makeGuest, Uncaught } from "./guest";
import { depthOf } from "./json";
import { FUEL_PER_MS, JSON_DEPTH, LOG_LINES, OUTPUT_BYTES } from "./limits";
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
  pause: () => Promise<void>;
}

export interface Execution {
  outcome: { json: string } | Failure;
  logs: LogLine[];
  droppedLines: number;
  fuel: number;
}

/** Runs a program to its end in a machine of its own; it throws for a fault of the engine alone. */
export async function executeProgram(program: Program): Promise<Execution> {
  const logs: LogLine[] = [];
  let droppedLines = 0;
  let skipped = 0;
  let now = () => program.seed;
  const machine = openMachine({
    now: () => now(),
    pause: program.pause,
    tell(channel, text) {
      if (channel === CHANNELS.skip) skipped += Math.max(0, Number(text)) || 0;
      else if (channel === CHANNELS.write && logs.length < LOG_LINES) logs.push(readLine(text));
      else droppedLines += 1;
    },
  });
  const used = () => Math.min(program.fuel, Math.max(0, program.fuel - machine.tank.left()));
  now = () => program.startsAt + skipped + Math.floor(used() / FUEL_PER_MS);
  const guest = await makeGuest(machine);
  machine.tank.fill(program.fuel);
  let outcome: Execution["outcome"];
  try {
    outcome = { json: await complete(guest, program) };
  } catch (error) {
    outcome = await stopOf(error, machine, guest, program.code);
  }
  return { outcome, logs, droppedLines, fuel: used() };
}

/** The JSON of what the program comes to: its last expression, or of a module what it exports by default. */
async function complete(guest: Guest, program: Program): Promise<string> {
  await guest.begin(program.given);
  const script = await readScript(guest, program);
  const completion = script ?? (await guest.evaluate(program.code, program.file, MODULE));
  const settled = await settle(guest, completion);
  const finish = script ? guest.finishScript : guest.finishModule;
  const json = await serialize(guest, await settle(guest, await finish(settled)));
  if (json === "!" || utf8(json).length > OUTPUT_BYTES) {
    throw fail("too_large", "TooLarge", `The result is longer than ${OUTPUT_BYTES} bytes of JSON.`);
  }
  if (depthOf(json) <= JSON_DEPTH) return json;
  throw fail("not_json", "TooDeep", `The result is nested deeper than ${JSON_DEPTH} levels.`);
}

/** Undefined if only a module may be written so. */
async function readScript(guest: Guest, { code, file }: Program): Promise<Value | undefined> {
  try {
    return await guest.evaluate(code, file, ASYNC_SCRIPT);
  } catch (error) {
    if (!(error instanceof Uncaught)) throw error;
    if (mayBeModule(await guest.describe(error.thrown), code)) return undefined;
    throw error;
  }
}

async function settle(guest: Guest, value: Value): Promise<Value> {
  const settled = await guest.settle(value);
  if (settled !== undefined) return settled;
  throw fail("never_settled", "NeverSettled", "The program waits for what never happens.");
}

async function serialize(guest: Guest, value: Value): Promise<string> {
  try {
    return await guest.serialize(value);
  } catch (error) {
    if (!(error instanceof Uncaught)) throw error;
    throw new Uncaught(error.thrown, "not_json");
  }
}
