import { Failure, fail, failureOf } from "./failure";
import { FuelSpent } from "./fuel";
import { type Guest, Uncaught } from "./guest";
import { Crash } from "./imports";
import { type Machine, MemorySpent, StackSpent } from "./machine";

/** Heap that only describing a failure may use, so that running out of memory can still be told. */
const LAST_WORDS = 1024 * 1024;

/** What WebAssembly throws by itself, and QuickJS on finding itself in disorder: never seen, but not our caller's fault. */
const crashes = [WebAssembly.RuntimeError, RangeError, Crash];

/** Why a program came to nothing. What is no doing of the program is thrown on. */
export async function stopOf(
  error: unknown,
  machine: Machine,
  guest: Guest,
  code: string,
): Promise<Failure> {
  if (error instanceof Failure) return error;
  if (error instanceof Uncaught) return await tell(error, machine, guest, code);
  if (error instanceof FuelSpent) return fail("out_of_fuel", "OutOfFuel", error.message);
  if (error instanceof MemorySpent) return outOfMemory;
  if (error instanceof StackSpent) return fail("stack_overflow", "InternalError", error.message);
  if (!crashes.some((kind) => error instanceof kind)) throw error;
  return fail(
    "crashed",
    "InternalError",
    `The program broke its engine: ${(error as Error).message}`,
  );
}

/** What QuickJS throws where it has no memory left for an error. */
const lastGasps = ["null", "[unsupported type]"];
const outOfMemory = fail("out_of_memory", "InternalError", "out of memory");

async function tell(
  error: Uncaught,
  machine: Machine,
  guest: Guest,
  code: string,
): Promise<Failure> {
  machine.extendHeap(LAST_WORDS);
  try {
    const description = await guest.describe(error.thrown);
    if (lastGasps.includes(description.message) && machine.hasBeenFull()) return outOfMemory;
    return failureOf(description, code, error.status);
  } catch (second) {
    if (!(second instanceof Uncaught)) return await stopOf(second, machine, guest, code);
    return fail("threw", "Error", "What was thrown cannot be read.");
  }
}
