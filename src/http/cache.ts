import { env, waitUntil } from "cloudflare:workers";
import { attempt } from "../data/attempt";
import type { AnyContext } from "../data/context";
import { sha256 } from "../lib/crypto";
import { dataText, pageText } from "./answer";
import { type Entry, recall, remember, Stored } from "./cacheMemory";
import { isOutdated, learn, publish, tagKey, type Version } from "./cacheTags";
import { log } from "./log";
import type { Page } from "./page";

export { Stored } from "./cacheMemory";

export type CacheSpec = {
  /** Everything the answer depends on, such as filters and cursor; but for the caller, who is added. */
  key: string;
  /** Whether all callers get the same answer. It is kept per person unless this says so. */
  shared?: boolean;
  /** What `invalidate` names when it changes. */
  tags: readonly string[];
  /** Up to 3,600. Five or fewer stay in the isolate's memory; more go into KV as well. */
  seconds: number;
};

/** Milliseconds for which an isolate believes its memory without asking KV again. */
const trust = 5_000;
/** The least age KV allows its own cache. */
const cacheTtl = 30;

/**
 * The stored answer to a read, or the one that `compute` makes now: of a page, of data, or of a
 * text that is the whole answer. It is never older than the caller's `X-D1-Bookmark`, nor than a
 * change of its tags that this isolate knows of. A failing KV is a miss; what `compute` throws is
 * never stored.
 */
export function cached<T>(
  ctx: AnyContext,
  spec: CacheSpec,
  compute: () => Promise<T>,
): Stored<T> | Promise<Stored<T>> {
  const id = spec.shared ? `*|${spec.key}` : `${ctx.actor?.id ?? "-"}|${spec.key}`;
  const known = recall(id);
  if (known && Date.now() < known.trusted && isCurrent(known, spec.tags, ctx.wanted))
    return known.hit as Stored<T>;
  return look(ctx, id, spec, compute) as Promise<Stored<T>>;
}

/**
 * Tells that what these tags stand for has changed. Call it after the write: at once this isolate
 * answers nothing older, others follow within a minute. It never fails and needs no `await`.
 */
export function invalidate(ctx: AnyContext, ...tags: readonly string[]): void {
  const { database } = ctx;
  const version = { bookmark: database.wrote ? database.bookmark : null, at: Date.now() };
  for (const tag of tags) publish(tag, version);
}

async function look(
  ctx: AnyContext,
  id: string,
  { tags, seconds }: CacheSpec,
  compute: () => Promise<unknown>,
): Promise<Stored> {
  const wanted = ctx.wanted;
  const kept = recall(id);
  const far = seconds * 1_000 > trust ? `cache:${await sha256(id)}` : null;
  const found = far ? await ask(far, tags) : null;
  const now = Date.now();
  const living = [kept, found].filter((entry): entry is Entry => !!entry && now < entry.until);
  const known = far && found !== undefined ? living.find((e) => isCurrent(e, tags, wanted)) : null;
  if (known) return remember(id, known, now + trust, kept?.putAt ?? 0).hit;

  // What the client alone vouches for must not become the entry's bookmark; the primary's may.
  const vouched = wanted === null || !ctx.database.isOpen;
  if (wanted !== null && vouched) ctx.database.start = "first-primary";
  const { text, etag } = await answerOf(await compute());
  if (vouched) {
    const until = now + Math.min(seconds, 3_600) * 1_000;
    const entry = { text, etag, bookmark: ctx.database.earliest, at: now, until };
    const due = far !== null && now - (kept?.putAt ?? 0) > 1_000;
    remember(id, entry, now + trust, due ? now : (kept?.putAt ?? 0));
    if (due) waitUntil(put(far, entry));
  }
  const result = living.some((entry) => isOlder(entry, wanted)) ? "BYPASS" : "MISS";
  return new Stored(text, { etag, "x-cache": result });
}

/** What has a `version` keeps it as its ETag; anything else gets a weak one of its text. */
async function answerOf(data: unknown): Promise<{ text: string; etag: string }> {
  const text = typeof data === "string" ? data : isPage(data) ? pageText(data) : dataText(data);
  const version = (data as { version?: number } | null)?.version;
  const etag = version ? `"${version}"` : `W/"${(await sha256(text)).slice(0, 22)}"`;
  return { text, etag };
}

const isPage = (data: unknown): data is Page<unknown> =>
  typeof data === "object" && data !== null && "items" in data && "nextCursor" in data;

/** Bookmarks sort as text. An answer that did not come from D1 has none. */
const isOlder = ({ bookmark }: Version, wanted: string | null) =>
  wanted !== null && bookmark !== null && bookmark < wanted;

function isCurrent(entry: Version, tags: readonly string[], wanted: string | null): boolean {
  if (isOlder(entry, wanted)) return false;
  for (const tag of tags) if (isOutdated(entry, tag)) return false;
  return true;
}

/** One KV call for the entry and the versions of its tags; undefined if KV does not answer. */
async function ask(key: string, tags: readonly string[]): Promise<Entry | null | undefined> {
  try {
    const read = () => env.CACHE.get([key, ...tags.map(tagKey)], { type: "text", cacheTtl });
    const values = await attempt(read, { repeatable: false, within: 500 });
    for (const tag of tags) learn(tag, values.get(tagKey(tag)));
    const value = values.get(key);
    return value ? unpack(value) : null;
  } catch (error) {
    log("warn", "cache_unreadable", { error: String(error) });
    return undefined;
  }
}

/** KV keeps nothing for less than a minute. */
const put = (key: string, { text, ...about }: Entry) =>
  env.CACHE.put(key, `${JSON.stringify(about)}\n${text}`, {
    expirationTtl: Math.max(60, Math.ceil((about.until - about.at) / 1_000)),
  }).catch((error) => log("warn", "cache_unwritable", { error: String(error) }));

function unpack(value: string): Entry {
  const end = value.indexOf("\n");
  return { ...JSON.parse(value.slice(0, end)), text: value.slice(end + 1) };
}
