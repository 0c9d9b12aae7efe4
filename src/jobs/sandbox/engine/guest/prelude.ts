import { LOG_LINE_BYTES, LOG_LINES, OUTPUT_BYTES } from "../../limits";
import { inspect } from "./inspect";
import { makeTimers } from "./timers";

const { parse, stringify } = JSON;

type Tell = (text: string) => void;

/** Runs inside QuickJS before the program: gives it its globals, and the host the one function it calls. */
export default function prepare(write: Tell, drop: Tell, skip: Tell) {
  const timers = makeTimers(skip);
  const begun = Date.now();
  const now = Date.now;
  let lines = 0;
  let input: unknown;

  const printAs =
    (level: string) =>
    (...values: unknown[]) => {
      lines += 1;
      if (lines > LOG_LINES) return drop("");
      const text = values.map((value) => inspect(value)).join(" ");
      write(`[${stringify(level)},${stringify(text.slice(0, LOG_LINE_BYTES))}]`);
    };
  const console = {
    log: printAs("log"),
    info: printAs("info"),
    warn: printAs("warn"),
    error: printAs("error"),
    debug: printAs("log"),
  };
  const define = (globals: Record<string, unknown>) => {
    for (const [name, value] of Object.entries(globals)) {
      Object.defineProperty(globalThis, name, { value, writable: true, configurable: true });
    }
  };
  define({
    ...timers.globals,
    console,
    performance: { now: () => now() - begun },
    queueMicrotask: (callback: () => void) => void Promise.resolve().then(callback),
  });

  const verbs = {
    begin(json: string) {
      const given = parse(json) as { input: unknown; stdin: string };
      input = given.input;
      define({ input, stdin: given.stdin });
    },
    async finishScript(completion: { value: unknown }) {
      return await completion.value;
    },
    async finishModule(exports: { default?: unknown }) {
      const value = exports.default;
      return typeof value === "function" ? await value(input) : await value;
    },
    /** JSON, or `!` alone when it is longer than may be put out. */
    serialize(value: unknown) {
      const json = stringify(value) ?? "null";
      return json.length > OUTPUT_BYTES ? "!" : json;
    },
    describe,
    runNextTimer: () => (timers.runNext() ? "yes" : ""),
  };
  return (verb: keyof typeof verbs, value: never) => verbs[verb](value);
}

/** JSON of name, message and stack, which no `toJSON` of the program can change. */
function describe(thrown: unknown) {
  try {
    if (!(thrown instanceof Error)) return `["Thrown",${cut(inspect(thrown))},""]`;
    return `[${cut(thrown.name)},${cut(thrown.message)},${cut(thrown.stack)}]`;
  } catch {
    return '["Error","What was thrown cannot be read.",""]';
  }
}

const cut = (text: unknown) => stringify(`${text}`.slice(0, LOG_LINE_BYTES));
