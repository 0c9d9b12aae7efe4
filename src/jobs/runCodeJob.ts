import type { Run } from "./kinds";
import { FUEL_PER_MS, MAX_FUEL } from "./sandbox/limits";
import { runCode } from "./sandbox/run";
import type { RunRequest } from "./sandbox/schema";
import type { CodeInput } from "./schema";

export const requestOf = ({ timeoutMs, input = null, ...rest }: CodeInput): RunRequest => ({
  ...rest,
  input,
  fuel: Math.min(MAX_FUEL, timeoutMs * FUEL_PER_MS),
});

/** A program that fails has been run: only a fault of the engine is tried again. */
export const runCodeJob: Run<"code.run"> = async (_, { id, input }, signal) => {
  const ran = await runCode({ ...requestOf(input), id, signal });
  const { logs, droppedLines, receipt } = ran;
  return ran.status === "succeeded"
    ? { result: { value: ran.value, droppedLines, receipt }, logs }
    : { error: { code: ran.status, ...ran.error }, result: { droppedLines, receipt }, logs };
};
