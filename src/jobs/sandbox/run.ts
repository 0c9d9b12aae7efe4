import { sha256, utf8 } from "../../lib/crypto";
import { toSource, toUtf16 } from "./columns";
import { engineHash } from "./engine/hash";
import { Failure, fail } from "./failure";
import { readGiven } from "./given";
import { takePermit } from "./permits";
import { type Execution, executeProgram } from "./program";
import type { RunRequest, RunResult } from "./schema";
import { mapTypes, stripTypes } from "./typescript";

type Request = RunRequest & { id: string; signal?: AbortSignal };

/**
 * Runs a stranger's program and says what came of it. Its value is its last expression or, of a module, what
 * that exports by default; an exported function is called with the input; promises are awaited. It sees
 * `input`, `stdin`, `console` and timers. The id alone decides its clock and its chance, so the same request
 * gives the same receipt everywhere. Throws only what is no doing of the program: the signal's reason, or
 * an `EngineFault`, after which it may be run again.
 */
export async function runCode(request: Request): Promise<RunResult> {
  const permit = await takePermit();
  const pause = async () => {
    permit.giveSign();
    await scheduler.wait(0);
    request.signal?.throwIfAborted();
  };
  try {
    return await toResult(await execute(request, pause));
  } finally {
    permit.giveBack();
  }
}

async function toResult({ outcome, logs, droppedLines, fuel }: Execution): Promise<RunResult> {
  const shown =
    outcome instanceof Failure
      ? { status: outcome.status, error: outcome.error }
      : { status: "succeeded" as const, value: JSON.parse(outcome.json) };
  const output = { ...shown, logs, droppedLines };
  const outputHash = await sha256(JSON.stringify(output));
  return { ...output, receipt: { fuel, outputHash, engineHash } };
}

async function execute(request: Request, pause: () => Promise<void>): Promise<Execution> {
  const { id, source, fuel } = request;
  const isTypeScript = request.language === "typescript";
  try {
    const given = readGiven(request);
    const code = isTypeScript ? await stripTypes(source, pause) : source;
    const file = isTypeScript ? "main.ts" : "main.js";
    const clock = { seed: await seedOf(id), startsAt: timeOf(id) };
    const execution = await executeProgram({ code, file, given, fuel, pause, ...clock });
    if (!(execution.outcome instanceof Failure)) return execution;
    const { status, error } = execution.outcome;
    const read = toUtf16(error.frames, code);
    const frames =
      isTypeScript && read.length > 0 ? toSource(read, await mapTypes(source, pause)) : read;
    return { ...execution, outcome: fail(status, error.name, error.message, frames) };
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
    return { outcome: error, logs: [], droppedLines: 0, fuel: 0 };
  }
}

async function seedOf(id: string): Promise<number> {
  const digest = await crypto.subtle.digest("SHA-256", utf8(id));
  return Number(new DataView(digest).getBigUint64(0) >> 11n);
}

const VERSION_7 = /^([\da-f]{8})-([\da-f]{4})-7/;

/** The moment a UUIDv7 was made; for other ids the first of 2026. */
function timeOf(id: string): number {
  const [, high, low] = id.match(VERSION_7) ?? [];
  return high && low ? Number.parseInt(high + low, 16) : Date.UTC(2026, 0);
}
