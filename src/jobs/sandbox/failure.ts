import type { FailedStatus, Frame, RunError } from "./schema";

/** Why there is no value; `frames` still count columns as QuickJS does, in the code it was given. */
export class Failure extends Error {
  override name = "Failure";
  constructor(
    readonly status: FailedStatus,
    readonly error: RunError,
  ) {
    super(error.message);
  }
}

export function fail(status: FailedStatus, name: string, message: string, frames: Frame[] = []) {
  const { line = null, column = null } = frames[0] ?? {};
  return new Failure(status, { name, message, line, column, frames });
}

/** What a program threw, as the guest describes it: name, message, stack. */
export interface Description {
  name: string;
  message: string;
  stack: string;
}

const FRAME = /^ *at (?:(.*?) \()?main\.[jt]s:(\d+):(\d+)\)?$/gm;
const ANONYMOUS = new Set(["<anonymous>", "<eval>"]);

function framesOf(stack: string): Frame[] {
  return [...stack.matchAll(FRAME)].map(([, name, line, column]) => ({
    name: name && !ANONYMOUS.has(name) ? name : null,
    line: Number(line),
    column: Number(column),
  }));
}

/** An error of reading the program has no function in its first frame; a thrown one always has. */
const isReading = ({ name, stack }: Description) =>
  name === "SyntaxError" && /^ *at main\.[jt]s:\d+:\d+$/m.test(stack.split("\n", 1)[0] ?? "");

/** Only modules may import and export: code that says either and cannot be read as a script may be one. */
export const mayBeModule = (error: Description, code: string) =>
  isReading(error) && /\b(?:import|export)\b/.test(code);

export function failureOf(error: Description, code: string, status: "threw" | "not_json"): Failure {
  const { name, message } = error;
  const frames = framesOf(error.stack);
  const internal = name === "InternalError" || name === "SyntaxError";
  if (internal && message === "out of memory") return fail("out_of_memory", name, message, frames);
  if (internal && message === "stack overflow") {
    return fail("stack_overflow", name, message, frames);
  }
  const imported = message.match(/^could not load module '(.{0,300})'$/s)?.[1];
  if (name === "ReferenceError" && imported !== undefined) return refuseImport(imported, code);
  return fail(isReading(error) ? "syntax_error" : status, name, message, frames);
}

/** QuickJS does not say where an import stands, and has resolved its name, so its quoted name is looked for. */
function refuseImport(resolved: string, code: string): Failure {
  const name = resolved.replace(/\W/g, "\\$&");
  const found = code.match(new RegExp(`(["'])((?:\\.{1,2}/)*${name})\\1`));
  const text = `A program runs alone: '${found?.[2] ?? resolved}' cannot be imported.`;
  if (!found) return fail("import_refused", "ImportError", text);
  const before = code.slice(0, found.index).split("\n");
  const column = [...(before.at(-1) ?? "")].length + 1;
  return fail("import_refused", "ImportError", text, [{ name: null, line: before.length, column }]);
}
