import { runCode } from "./run";
import { RunRequest, type RunResult } from "./schema";

/** A UUIDv7 of 2025-10-01T13:39:38.624Z. */
export const RUN_ID = "0199a000-0000-7000-8000-000000000001";

type Options = Partial<Omit<RunRequest, "source">> & { id?: string; signal?: AbortSignal };

export function run(source: string, { id = RUN_ID, signal, ...options }: Options = {}) {
  const request = RunRequest.parse({ language: "javascript", source, ...options });
  return runCode({ id, ...request, ...(signal && { signal }) });
}

export const runTypes = (source: string, options: Options = {}): Promise<RunResult> =>
  run(source, { ...options, language: "typescript" });

/** The value, of a run that must have one. */
export async function valueFrom(result: RunResult | Promise<RunResult>): Promise<unknown> {
  const done = await result;
  if (done.status !== "succeeded") throw new Error(`${done.status}: ${JSON.stringify(done.error)}`);
  return done.value;
}

/** The error, of a run that must have one. */
export async function errorFrom(result: RunResult | Promise<RunResult>) {
  const done = await result;
  if (done.status === "succeeded") throw new Error(`succeeded: ${JSON.stringify(done.value)}`);
  return { status: done.status, ...done.error };
}
