import quickjs from "./engine/quickjs.wasm";
import { makeTank } from "./fuel";
import { makeImports } from "./imports";
import { HEAP_BYTES, HOST_CALL_FUEL, STACK_BYTES, STACK_RESERVE_BYTES } from "./limits";
import { type Image, promising, type QuickJS, Suspending, type Value } from "./quickjs";

export const SCRIPT = 0;
export const MODULE = 1;
/** A script that may await; its completion is `{ value }`, promised. */
export const ASYNC_SCRIPT = 128;

const PAGE = 65_536;
const INITIAL_PAGES = 256;
/** Below the heap lie 5.1 MB of data and stack; above it what `extendHeap` may add. */
const OVERHEAD_PAGES = 128;

const decoder = new TextDecoder("utf-8", { fatal: false, ignoreBOM: true });
const encoder = new TextEncoder();

/** The memory of this machine is used up, so that not even an answer can be had from it. */
export class MemorySpent extends Error {
  override name = "MemorySpent";
}

/** Recursion that QuickJS does not check went deeper than it may. */
export class StackSpent extends Error {
  override name = "StackSpent";
}

interface Options {
  heapBytes?: number;
  now?: () => number;
  tell?: (channel: number, text: string) => void;
  /** Waited for after each slice of fuel, so that the isolate can do other things; it may throw to end the run. */
  pause?: () => Promise<void>;
  image?: Image;
}

export type Machine = ReturnType<typeof openMachine>;

/** A fresh QuickJS, or one as it was when its image was taken; nothing outside can be reached from it but `tell`. */
export function openMachine(options: Options = {}) {
  const { heapBytes = HEAP_BYTES, now = () => 0, tell, pause = async () => {}, image } = options;
  const maximum = OVERHEAD_PAGES + Math.ceil(heapBytes / PAGE);
  let extra = 0;
  let wasRefused = false;
  /** Only while nothing but QuickJS is on the stack can it be set aside. */
  let canPause = false;
  const memory = new WebAssembly.Memory({ initial: INITIAL_PAGES, maximum });
  const host = {
    ...makeImports({ memory, mayGrowTo, now, callHost }),
    refuel,
    pause: new Suspending(pause),
  };
  const x = new WebAssembly.Instance(quickjs, { host }).exports as unknown as QuickJS;
  const tank = makeTank(x.fuel);
  const stackTop = x.stackPointer.value;
  const { runtime, context } = image ? restore(image) : boot();
  const executed = x.malloc(4);
  const slowly = {
    evaluate: promising(x.evaluate),
    call: promising(x.call),
    runJobs: promising(x.runJobs),
  };

  function refuel(): 0 | 1 {
    const depth = stackTop - x.stackPointer.value;
    if (depth > STACK_BYTES + STACK_RESERVE_BYTES) throw new StackSpent("stack overflow");
    tank.nextSlice();
    return canPause ? 1 : 0;
  }

  /** QuickJS's own limit counts blocks, not what they hold, so the end of memory is what limits the heap. */
  function mayGrowTo(bytes: number): boolean {
    wasRefused ||= bytes > stackTop + heapBytes;
    return bytes <= stackTop + heapBytes + extra;
  }

  function callHost(channel: number, argv: number) {
    const could = canPause;
    canPause = false;
    tank.burn(HOST_CALL_FUEL);
    tell?.(channel, readText(x.argument(argv as Value, 0)) ?? "");
    canPause = could;
  }

  async function slow(run: () => Promise<Value>): Promise<Value> {
    canPause = true;
    try {
      return (await run()) || spent();
    } finally {
      canPause = false;
    }
  }

  function boot() {
    x.initialize();
    const runtime = x.newRuntime();
    x.setStackLimit(runtime, STACK_BYTES);
    return { runtime, context: x.newContext(runtime, 0) };
  }

  function restore({ low, heap, ...addresses }: Image) {
    const missing = stackTop + heap.length - memory.buffer.byteLength;
    if (missing > 0) memory.grow(Math.ceil(missing / PAGE));
    new Uint8Array(memory.buffer).set(low);
    new Uint8Array(memory.buffer).set(heap, stackTop);
    return addresses;
  }

  function allocate(text: string) {
    const bytes = encoder.encode(text);
    const at = x.malloc(bytes.length + 1) || spent();
    const target = new Uint8Array(memory.buffer, at, bytes.length + 1);
    target.set(bytes);
    target[bytes.length] = 0;
    return { at, length: bytes.length };
  }

  function readText(value: Value): string | null {
    const at = x.getString(context, value);
    if (at === 0) return null;
    const bytes = new Uint8Array(memory.buffer);
    const text = decoder.decode(bytes.subarray(at, bytes.indexOf(0, at)));
    x.freeString(context, at);
    return text;
  }

  const live = (value: Value): Value => value || spent();

  return {
    tank,
    readText,

    evaluate(source: string, file: string, kind: number): Promise<Value> {
      const code = allocate(source);
      const name = allocate(file);
      return slow(() => slowly.evaluate(context, code.at, code.length, name.at, 0, kind));
    },

    async call(target: Value, ...values: Value[]): Promise<Value> {
      tank.burn(HOST_CALL_FUEL);
      const argv = x.malloc(4 * values.length) || spent();
      new Uint32Array(memory.buffer, argv, values.length).set(values);
      const self = x.getUndefined();
      const result = await slow(() => slowly.call(context, target, self, values.length, argv));
      x.free(argv);
      return result;
    },

    async runJobs() {
      while (x.isJobPending(runtime)) {
        x.freeValue(context, await slow(() => slowly.runJobs(runtime, -1, executed)));
      }
    },

    /** What was thrown, if calling or evaluating gave no value. */
    takeException: (value: Value): Value | 0 => x.takeException(context, value),

    newText(text: string): Value {
      const { at } = allocate(text);
      const value = live(x.newString(context, at));
      x.free(at);
      return value;
    },

    /** A function of the program's world that passes its first argument, as text, to `tell`. */
    newChannel: (channel: number): Value =>
      live(x.newFunction(context, allocate("tell").at, 1, 0, channel)),

    release: (value: Value) => x.freeValue(context, value),

    /** -1 for what is no promise, 0 pending, 1 kept, 2 broken. */
    promiseState: (promise: Value): number => x.promiseState(context, promise),
    promiseResult: (promise: Value): Value => live(x.promiseResult(context, promise)),

    extendHeap(bytes: number) {
      extra = bytes;
    },
    hasBeenFull: () => wasRefused,

    /** All that makes this machine what it is; the stack between the two parts is empty while nothing runs. */
    takeImage(): Image {
      const words = new BigUint64Array(memory.buffer);
      let end = words.length;
      while (words[end - 1] === 0n) end -= 1;
      const low = new Uint8Array(memory.buffer.slice(0, 2 * PAGE));
      const heap = new Uint8Array(memory.buffer.slice(stackTop, end * 8));
      return { low, heap, runtime, context };
    },
  };
}

function spent(): never {
  throw new MemorySpent("The program left no memory to answer with.");
}
