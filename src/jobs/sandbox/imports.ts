const BAD_DESCRIPTOR = 8;
const PAGE = 65_536;

/** The sandbox itself failed, not the program in it: the run may be tried again elsewhere. */
export class EngineFault extends Error {
  override name = "EngineFault";
}

export class Crash extends Error {
  override name = "Crash";
}

interface Host {
  memory: WebAssembly.Memory;
  mayGrowTo: (bytes: number) => boolean;
  now: () => number;
  callHost: (channel: number, argv: number) => void;
}

/** What QuickJS asks of its host: a clock, memory, one function to speak through; and no system at all. */
export function makeImports({ memory, mayGrowTo, now, callHost }: Host): WebAssembly.ModuleImports {
  const refuse = () => 0;
  const abort = () => {
    throw new Crash("QuickJS gave up on what it holds for impossible.");
  };
  return {
    memory,
    now,
    growMemory: (bytes: number) => (mayGrowTo(bytes >>> 0) ? grow(memory, bytes >>> 0) : 0),
    callHost(_context: number, _self: number, _count: number, argv: number, channel: number) {
      callHost(channel, argv);
      return 0;
    },
    localTime: (_time: bigint, tm: number) => void new Uint8Array(memory.buffer, tm, 44).fill(0),
    timeZone(seconds: number, daylight: number, standardName: number, daylightName: number) {
      new Uint32Array(memory.buffer, seconds, 1)[0] = 0;
      new Uint32Array(memory.buffer, daylight, 1)[0] = 0;
      for (const name of [standardName, daylightName]) {
        new Uint8Array(memory.buffer, name, 4).set([85, 84, 67, 0]);
      }
    },
    environSizesGet(count: number, bytes: number) {
      new Uint32Array(memory.buffer, count, 1)[0] = 0;
      new Uint32Array(memory.buffer, bytes, 1)[0] = 0;
      return 0;
    },
    environGet: refuse,
    fdWrite: () => BAD_DESCRIPTOR,
    fdClose: () => BAD_DESCRIPTOR,
    fdSeek: () => BAD_DESCRIPTOR,
    normalizeModule: refuse,
    loadModule: refuse,
    shouldInterrupt: refuse,
    freeHostRef: refuse,
    assertFail: abort,
    abort,
  };
}

/** To be refused is the program's limit; to fail is this isolate's, and no verdict on the program. */
function grow(memory: WebAssembly.Memory, bytes: number): 1 {
  try {
    memory.grow(Math.ceil((bytes - memory.buffer.byteLength) / PAGE));
    return 1;
  } catch (cause) {
    throw new EngineFault("This isolate has no memory left for the program.", { cause });
  }
}
