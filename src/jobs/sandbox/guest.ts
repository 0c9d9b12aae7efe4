import prelude from "./engine/prelude.txt";
import type { Description } from "./failure";
import { readTexts } from "./lines";
import { type Machine, SCRIPT } from "./machine";
import type { Value } from "./quickjs";

/** Something the program threw and did not catch. */
export class Uncaught extends Error {
  override name = "Uncaught";
  constructor(
    readonly thrown: Value,
    readonly status: "threw" | "not_json" = "threw",
  ) {
    super("A program threw.");
  }
}

export const CHANNELS = { write: 0, drop: 1, skip: 2 } as const;
const PENDING = 0;
const BROKEN = 2;

const VERBS = [
  "begin",
  "finishScript",
  "finishModule",
  "serialize",
  "describe",
  "runNextTimer",
] as const;
type Verb = (typeof VERBS)[number];

export type Guest = Awaited<ReturnType<typeof makeGuest>>;

/** The prelude in a machine, and the questions it answers there; whatever the program throws comes out as `Uncaught`. */
export async function makeGuest(machine: Machine) {
  const checked = (value: Value): Value => {
    const thrown = machine.takeException(value);
    if (thrown) throw new Uncaught(thrown);
    return value;
  };
  const nothing = machine.newText("");
  /** Made beforehand: a program may leave no room for them. */
  const names = Object.fromEntries(VERBS.map((verb) => [verb, machine.newText(verb)])) as Record<
    Verb,
    Value
  >;
  const { write, drop, skip } = CHANNELS;
  const channels = [write, drop, skip].map(machine.newChannel);
  const target = await machine.call(
    await machine.evaluate(prelude, "prelude", SCRIPT),
    ...channels,
  );

  const ask = async (verb: Verb, value: Value = nothing): Promise<Value> =>
    checked(await machine.call(target, names[verb], value));
  const askText = async (verb: Verb, value?: Value): Promise<string> => {
    const answer = await ask(verb, value);
    const text = machine.readText(answer) ?? "";
    machine.release(answer);
    return text;
  };

  return {
    evaluate: async (code: string, file: string, kind: number) =>
      checked(await machine.evaluate(code, file, kind)),
    begin: (given: string) => ask("begin", machine.newText(given)),
    finishScript: (completion: Value) => ask("finishScript", completion),
    finishModule: (exports: Value) => ask("finishModule", exports),
    serialize: (value: Value) => askText("serialize", value),
    describe: async (thrown: Value): Promise<Description> =>
      readDescription(await askText("describe", thrown)),

    /** What the value comes to once nothing is left to do; undefined if that is never. */
    async settle(value: Value): Promise<Value | undefined> {
      do await machine.runJobs();
      while ((await askText("runNextTimer")) === "yes");
      const state = machine.promiseState(value);
      if (state === PENDING) return undefined;
      if (state === BROKEN) throw new Uncaught(machine.promiseResult(value));
      return state < 0 ? value : machine.promiseResult(value);
    },
  };
}

function readDescription(json: string): Description {
  const [name = "", message = "", stack = ""] = readTexts(json);
  return { name, message, stack };
}
