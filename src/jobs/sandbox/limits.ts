/** To be raised whenever the golden receipts change: it is part of the engine's hash. */
export const ENGINE_VERSION = 1;

/** Bytes unless said otherwise. The guest code is built with these, so a change asks for a new engine. */
export const SOURCE_BYTES = 256 * 1024;
export const INPUT_BYTES = 1024 * 1024;
export const OUTPUT_BYTES = 256 * 1024;
/** Levels of arrays and objects in what goes in and comes out, lest those who handle it recurse too far. */
export const JSON_DEPTH = 200;
export const LOG_LINES = 200;
export const LOG_LINE_BYTES = 2048;

export const DEFAULT_FUEL = 20_000_000;
export const MAX_FUEL = 1_000_000_000;
/** The program's own clock: this much fuel is one millisecond of it, 1 G is five seconds. */
export const FUEL_PER_MS = 200_000;
/** After so much, 5 to 15 ms of work, the isolate gets a turn at other things. */
export const SLICE_FUEL = 2_500_000;
/** What it costs to be heard by the host, whose own work the meter does not see. */
export const HOST_CALL_FUEL = 2_000;

export const HEAP_BYTES = 16 * 1024 * 1024;
/** As QuickJS checks it; each of its frames that calls another costs 96 bytes of it, to bound V8's stack too. */
export const STACK_BYTES = 256 * 1024;
/** Below that, for what QuickJS does not check. The two use 64 and 80 % of V8's stack in the worst case measured. */
export const STACK_RESERVE_BYTES = 64 * 1024;

/** What taking the types out of TypeScript may cost, apart from the program's own fuel and heap. */
export const STRIP_FUEL = 20_000_000;
export const STRIP_FUEL_PER_BYTE = 10_000;
export const STRIP_MAX_FUEL = 1_000_000_000;
export const STRIP_HEAP_BYTES = 40 * 1024 * 1024;
