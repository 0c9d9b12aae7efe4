import quickjs from "./engine/quickjs.wasm";
import { makeImports } from "./imports";
import { HEAP_BYTES, HOST_CALL_FUEL, STACK_BYTES } from "./limits";
import type { Image, QuickJS, Value } from "./quickjs";

export const SCRIPT = 0;
export const MODULE = 1;
/** A script that may await; its completion is `{ value }`, promised. */
export const ASYNC_SCRIPT = 128;

const PAGE = 65_536;
const INITIAL_PAGES = 256;
/** Below the heap lies 5 MB of stack; the rest is for the holes of a scattered heap. */
const OVERHEAD_PAGES = 256;

const decoder = new TextDecoder("utf-8", { fatal: false, ignoreBOM: true });
const encoder = new TextEncoder();

/** The memory of this machine is used up, so that not even an answer can be had from it. */
export class MemorySpent extends Error {
  override name = "MemorySpent";
}

interface Options {
  heapBytes?: number;
  now?: () => number;
  tell?: (channel: number, text: string) => void;
  image?: Image;
}

export type Machine = ReturnType<typeof openMachine>;

/** A fresh QuickJS, or one as it was when its image was taken; nothing outside can be reached from it but `tell`. */
export function openMachine({ heapBytes = HEAP_BYTES, now = () => 0, tell, image }: Options = {}) {
  const maximum = OVERHEAD_PAGES + Math.ceil(heapBytes / PAGE);
  const memory = new WebAssembly.Memory({ initial: INITIAL_PAGES, maximum });
  const callHost = (channel: number, argv: number) => {
    x.fuel.value -= HOST_CALL_FUEL;
    tell?.(channel, readText(x.argument(argv as Value, 0)) ?? "");
  };
  const host = makeImports({ memory, maximumBytes: maximum * PAGE, now, callHost });
  const x = new WebAssembly.Instance(quickjs, { host }).exports as unknown as QuickJS;
  const { runtime, context } = image ? restore(image) : boot();
  const executed = x.malloc(4);
  const stackTop = x.stackPointer.value;

  function boot() {
    x.initialize();
    const runtime = x.newRuntime();
    x.setMemoryLimit(runtime, heapBytes);
    x.setStackLimit(runtime, STACK_BYTES);
    return { runtime, context: x.newContext(runtime, 0) };
  }

  function restore({ low, heap, ...addresses }: Image) {
    const heapAt = x.stackPointer.value;
    const missing = heapAt + heap.length - memory.buffer.byteLength;
    if (missing > 0) memory.grow(Math.ceil(missing / PAGE));
    new Uint8Array(memory.buffer).set(low);
    new Uint8Array(memory.buffer).set(heap, heapAt);
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
    readText,

    evaluate(source: string, file: string, kind: number): Value {
      const code = allocate(source);
      const name = allocate(file);
      return live(x.evaluate(context, code.at, code.length, name.at, 0, kind));
    },

    call(target: Value, ...values: Value[]): Value {
      x.fuel.value -= HOST_CALL_FUEL;
      const argv = x.malloc(4 * values.length) || spent();
      new Uint32Array(memory.buffer, argv, values.length).set(values);
      const result = live(x.call(context, target, x.getUndefined(), values.length, argv));
      x.free(argv);
      return result;
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

    runJobs() {
      while (x.isJobPending(runtime)) x.freeValue(context, live(x.runJobs(runtime, -1, executed)));
    },

    /** -1 for what is no promise, 0 pending, 1 kept, 2 broken. */
    promiseState: (promise: Value): number => x.promiseState(context, promise),
    promiseResult: (promise: Value): Value => live(x.promiseResult(context, promise)),

    setHeapLimit: (bytes: number) => x.setMemoryLimit(runtime, bytes),
    hasGrown: () => memory.buffer.byteLength > INITIAL_PAGES * PAGE,

    get stackIsSpent() {
      return stackTop - x.stackPointer.value > STACK_BYTES;
    },
    get fuel() {
      return x.fuel.value;
    },
    set fuel(units: number) {
      x.fuel.value = units;
    },

    /** All that makes this machine what it is; the stack between the two parts is empty while nothing runs. */
    takeImage(): Image {
      const words = new BigUint64Array(memory.buffer);
      let end = words.length;
      while (words[end - 1] === 0n) end -= 1;
      const low = new Uint8Array(memory.buffer.slice(0, 2 * PAGE));
      return {
        low,
        heap: new Uint8Array(memory.buffer.slice(x.stackPointer.value, end * 8)),
        runtime,
        context,
      };
    },
  };
}

function spent(): never {
  throw new MemorySpent("The program left no memory to answer with.");
}
