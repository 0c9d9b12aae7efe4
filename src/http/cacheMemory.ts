import type { Version } from "./cacheTags";

/** The text of a whole answer, ready to send, with the headers that belong to it. */
export class Stored<T = unknown> {
  /** What the text says; for the compiler only. */
  declare readonly content: T;
  /** Put together when it is first sent. */
  ready?: { headers: Headers; bytes: Uint8Array<ArrayBuffer> };
  constructor(
    readonly text: string,
    readonly headers: Record<string, string>,
  ) {}
}

export type Entry = Version & { text: string; etag: string; until: number };
/** Times are epoch milliseconds: `trusted` without asking KV, `putAt` when it was last put there. */
type Kept = Entry & { trusted: number; putAt: number; hit: Stored };

const most = { entries: 1_000, characters: 8_000_000 };
const kept = new Map<string, Kept>();
let characters = 0;

export const recall = (id: string): Kept | undefined => kept.get(id);

/** Keeps an entry in the isolate's memory; the oldest give way. */
export function remember(id: string, entry: Entry, trusted: number, putAt: number): Kept {
  forget(id);
  const hit = new Stored(entry.text, { etag: entry.etag, "x-cache": "HIT" });
  const one = { ...entry, trusted: Math.min(trusted, entry.until), putAt, hit };
  kept.set(id, one);
  characters += entry.text.length;
  for (const oldest of kept.keys()) {
    if (kept.size <= most.entries && characters <= most.characters) break;
    forget(oldest);
  }
  return one;
}

function forget(id: string): void {
  const one = kept.get(id);
  if (!one) return;
  characters -= one.text.length;
  kept.delete(id);
}

/** As a new isolate begins. */
export function forgetEntries(): void {
  kept.clear();
  characters = 0;
}
