import { z } from "zod";
import { DEFAULT_FUEL, MAX_FUEL } from "./limits";

/** `input` and `value` are JSON no deeper than `JSON_DEPTH`; `runCode` sees to that, for a schema would recurse. */
export const RunRequest = z.strictObject({
  language: z.enum(["javascript", "typescript"]),
  source: z.string(),
  stdin: z.string().default(""),
  input: z.unknown().default(null),
  fuel: z.int().min(1).max(MAX_FUEL).default(DEFAULT_FUEL),
});
export type RunRequest = z.infer<typeof RunRequest>;

/** Line and column count from 1, columns in UTF-16 units, as editors do. */
const Frame = z.object({ name: z.string().nullable(), line: z.int(), column: z.int() });
export type Frame = z.infer<typeof Frame>;

/** `frames` are the author's own functions, innermost first; `line` and `column` are those of the first. */
export const RunError = z.object({
  name: z.string(),
  message: z.string(),
  line: z.int().nullable(),
  column: z.int().nullable(),
  frames: z.array(Frame),
});
export type RunError = z.infer<typeof RunError>;

export const FailedStatus = z.enum([
  "threw",
  "syntax_error",
  "import_refused",
  "out_of_fuel",
  "out_of_memory",
  "stack_overflow",
  "never_settled",
  "not_json",
  "too_large",
  "crashed",
]);
export type FailedStatus = z.infer<typeof FailedStatus>;

export const LogLine = z.object({
  level: z.enum(["log", "info", "warn", "error"]),
  text: z.string(),
});
export type LogLine = z.infer<typeof LogLine>;

/** The same request under the same id gives the same receipt wherever the engine has the same hash. */
export const Receipt = z.object({ fuel: z.int(), outputHash: z.string(), engineHash: z.string() });
export type Receipt = z.infer<typeof Receipt>;

const Printed = z.object({ logs: z.array(LogLine), droppedLines: z.int(), receipt: Receipt });

export const RunResult = z.discriminatedUnion("status", [
  Printed.extend({ status: z.literal("succeeded"), value: z.unknown() }),
  Printed.extend({ status: FailedStatus, error: RunError }),
]);
export type RunResult = z.infer<typeof RunResult>;
