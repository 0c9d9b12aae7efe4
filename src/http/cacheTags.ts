import { env, waitUntil } from "cloudflare:workers";
import { log } from "./log";

/** When something was read or written: the D1 bookmark, if D1 has it, and epoch milliseconds. */
export type Version = { bookmark: string | null; at: number };
type Tag = Version & { putAt: number };

const mostTags = 5_000;
/** KV takes one write a second of a key. */
const pause = 1_100;
/** Longer than any entry lives. */
const expirationTtl = 7_200;
const tags = new Map<string, Tag>();

export const tagKey = (tag: string) => `tag:${tag}`;

/** Whether the tag changed since the entry was read. */
export function isOutdated(entry: Version, tag: string): boolean {
  const changed = tags.get(tag);
  if (!changed) return false;
  if (entry.bookmark === null || changed.bookmark === null) return entry.at <= changed.at;
  return entry.bookmark < changed.bookmark || entry.at < changed.at;
}

/** Takes note of a version that KV knows. */
export function learn(tag: string, value: string | null | undefined): void {
  if (!value) return;
  const [at, bookmark] = value.split(" ");
  raise(tag, { at: Number(at), bookmark: bookmark || null });
}

/**
 * Takes note of a change and tells KV of it, best effort: at most one put a second, of which the
 * last one says all that was known by then.
 */
export function publish(tag: string, version: Version): void {
  const known = raise(tag, version);
  if (known.putAt > version.at) return;
  const due = Math.max(version.at, known.putAt + pause);
  known.putAt = due;
  waitUntil(put(tag, due - version.at));
}

async function put(tag: string, delay: number): Promise<void> {
  if (delay > 0) await scheduler.wait(delay);
  try {
    const { at, bookmark } = tags.get(tag) ?? { at: Date.now(), bookmark: null };
    await env.CACHE.put(tagKey(tag), `${at} ${bookmark ?? ""}`, { expirationTtl });
  } catch (error) {
    log("warn", "invalidation_unpublished", { tag, error: String(error) });
  }
}

/** The newest of what is known, so that neither order nor repetition matters. */
function raise(tag: string, { bookmark, at }: Version): Tag {
  const known = tags.get(tag) ?? { bookmark: null, at: 0, putAt: 0 };
  if (bookmark !== null && (known.bookmark ?? "") < bookmark) known.bookmark = bookmark;
  known.at = Math.max(known.at, at);
  tags.delete(tag);
  tags.set(tag, known);
  for (const oldest of tags.keys()) {
    if (tags.size <= mostTags) break;
    tags.delete(oldest);
  }
  return known;
}

/** As a new isolate begins. */
export const forgetTags = () => tags.clear();
