import { Failure, fail, failureOf } from "./failure";
import { type Guest, Uncaught } from "./guest";
import { EngineFault } from "./imports";
import { HEAP_BYTES } from "./limits";
import { type Machine, MemorySpent } from "./machine";

/** Heap that only describing a failure may use, so that running out of memory can still be told. */
const LAST_WORDS = 1024 * 1024;

/** Why a program came to nothing. A fault of the engine is no verdict on the program, and thrown on. */
export function stopOf(error: unknown, machine: Machine, guest: Guest, code: string): Failure {
  if (error instanceof Failure) return error;
  if (error instanceof EngineFault) throw error;
  if (machine.fuel < 0) return fail("out_of_fuel", "OutOfFuel", "The program used up its fuel.");
  if (error instanceof Uncaught) return tell(error, machine, guest, code);
  if (error instanceof MemorySpent) return outOfMemory;
  if (machine.stackIsSpent || error instanceof RangeError) {
    return fail("stack_overflow", "InternalError", "stack overflow");
  }
  return fail("crashed", "InternalError", "The program broke the engine that ran it.");
}

/** QuickJS throws null where it has no memory left for an error. */
const outOfMemory = fail("out_of_memory", "InternalError", "out of memory");

function tell(error: Uncaught, machine: Machine, guest: Guest, code: string): Failure {
  machine.setHeapLimit(HEAP_BYTES + LAST_WORDS);
  try {
    const description = guest.describe(error.thrown);
    if (description.message === "null" && machine.hasGrown()) return outOfMemory;
    return failureOf(description, code, error.status);
  } catch (second) {
    if (second instanceof Uncaught)
      return fail("threw", "Error", "What was thrown cannot be read.");
    return stopOf(second, machine, guest, code);
  }
}
