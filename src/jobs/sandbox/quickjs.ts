/** Where a value of the program lies in its memory; it dies with the machine. */
export type Value = number & { readonly lies: "in a machine" };

/** The exports of `engine/quickjs.wasm`; pointers are plain numbers, 0 where memory ran out. */
export interface QuickJS {
  fuel: { value: number };
  stackPointer: { value: number };
  initialize(): void;
  malloc(bytes: number): number;
  free(at: number): void;
  newRuntime(): number;
  setStackLimit(runtime: number, bytes: number): void;
  newContext(runtime: number, intrinsics: number): number;
  evaluate(
    context: number,
    code: number,
    length: number,
    file: number,
    detectModule: 0,
    flags: number,
  ): Value;
  call(context: number, target: Value, self: Value, count: number, argv: number): Value;
  takeException(context: number, value: Value): Value | 0;
  newString(context: number, utf8: number): Value;
  getString(context: number, value: Value): number;
  freeString(context: number, utf8: number): void;
  getUndefined(): Value;
  newFunction(context: number, name: number, length: number, isConstructor: 0, id: number): Value;
  argument(argv: Value, index: number): Value;
  freeValue(context: number, value: Value): void;
  runJobs(runtime: number, most: number, lastContext: number): Value;
  isJobPending(runtime: number): number;
  promiseState(context: number, promise: Value): number;
  promiseResult(context: number, promise: Value): Value;
}

/** A machine at rest: its static data and its heap. */
export interface Image {
  low: Uint8Array<ArrayBuffer>;
  heap: Uint8Array<ArrayBuffer>;
  runtime: number;
  context: number;
}

type Promised<F> = F extends (...values: infer V) => infer R ? (...values: V) => Promise<R> : never;

interface PromiseIntegration {
  promising<F>(exported: F): Promised<F>;
  Suspending: new (imported: () => Promise<void>) => WebAssembly.ExportValue;
}

/** WebAssembly's JavaScript Promise Integration, which the types of the platform do not know yet. */
export const { promising, Suspending } = WebAssembly as unknown as PromiseIntegration;
