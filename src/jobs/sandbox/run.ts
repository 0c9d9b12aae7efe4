import { sha256, utf8 } from "../../lib/crypto";
import { toSource, toUtf16 } from "./columns";
import { engineHash } from "./engine/hash";
import { errorOf, Failure, fail } from "./failure";
import { INPUT_BYTES, SOURCE_BYTES } from "./limits";
import { type Execution, executeProgram } from "./program";
import type { RunError, RunRequest, RunResult } from "./schema";
import { mapTypes, stripTypes } from "./typescript";

/**
 * Runs a stranger's program and says what came of it. The id alone decides its clock and its chance, so the
 * same request gives the same receipt everywhere. It throws (`EngineFault`) only where the run may be tried again.
 */
export async function runCode(request: RunRequest & { id: string }): Promise<RunResult> {
  const seed = await seedOf(request.id);
  const { outcome, logs, droppedLines, fuel } = execute(request, seed);
  const shown =
    outcome instanceof Failure
      ? { status: outcome.status, error: outcome.error }
      : { status: "succeeded" as const, value: JSON.parse(outcome.json) };
  const output = { ...shown, logs, droppedLines };
  const outputHash = await sha256(JSON.stringify(output));
  return { ...output, receipt: { fuel, outputHash, engineHash } };
}

function execute(request: RunRequest & { id: string }, seed: number): Execution {
  const { id, language, source, fuel } = request;
  try {
    const given = readGiven(request);
    const isTypeScript = language === "typescript";
    const code = isTypeScript ? stripTypes(source) : source;
    const file = isTypeScript ? "main.ts" : "main.js";
    const execution = executeProgram({ code, file, given, seed, startsAt: timeOf(id), fuel });
    if (!(execution.outcome instanceof Failure)) return execution;
    const { status, error } = execution.outcome;
    const mappings = isTypeScript && error.line !== null ? mapTypes(source) : null;
    return { ...execution, outcome: new Failure(status, placeIn(code, mappings, error)) };
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
    return { outcome: error, logs: [], droppedLines: 0, fuel: 0 };
  }
}

/** The JSON a program is given, if all of the request is as small as it must be. */
function readGiven({ source, input, stdin }: RunRequest): string {
  const given = JSON.stringify(input);
  check("source", source, SOURCE_BYTES);
  check("standard input", stdin, INPUT_BYTES);
  check("input", given, INPUT_BYTES);
  return `{"input":${given},"stdin":${JSON.stringify(stdin)}}`;
}

function check(name: string, text: string, limit: number) {
  const { length } = utf8(text);
  if (length <= limit) return;
  throw fail(
    "too_large",
    "TooLarge",
    `The ${name} is ${length} bytes long; the limit is ${limit}.`,
  );
}

function placeIn(code: string, mappings: string | null, error: RunError): RunError {
  const lines = code.split("\n");
  const frames = error.frames.map((frame) => {
    const place = toUtf16(frame, lines);
    return mappings === null ? place : toSource(place, mappings);
  });
  return errorOf(error.name, error.message, frames);
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
