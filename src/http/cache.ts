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
 * The stored answer to a read, or the one that `compute` makes now of a page, of data, or of a text
 * that is the whole answer. It is never older than the caller's `X-D1-Bookmark`, nor than a change of its tags that this isolate knows of. A failing KV
 * is a miss; what `compute` throws is never stored.
 */
export function cached<T>(
  ctx: AnyContext,
  spec: CacheSpec,
  compute: () => Promise<T>,
): Stored<T> | Promise<Stored<T>> {
  const id = spec.shared ? `*|${spec.key}` : `${ctx.actor?.id ?? "-"}|${spec.key}`;
  const known = recall(id);
  if (known && Date.now() < known.trusted && isCurrent(known, spec.tags, wantedBy(ctx)))
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
  spec: CacheSpec,
  compute: () => Promise<unknown>,
): Promise<Stored> {
  const wanted = wantedBy(ctx);
  const far = spec.seconds * 1_000 > trust;
  const kvKey = far ? `cache:${await sha256(id)}` : "";
  const kept = recall(id);
  const found = far ? await ask(kvKey, spec.tags) : { entry: null, answered: true };
  const now = Date.now();
  const living = [kept, found.entry].filter((entry) => !!entry && now < entry.until);
  for (const entry of found.answered ? living : [])
    if (entry && isCurrent(entry, spec.tags, wanted))
      return remember(id, entry, now + trust, kept?.putAt ?? 0).hit;

  // A bookmark that only the client vouches for must not become the entry's: the primary's may.
  const vouched = wanted === null || !ctx.database.isOpen;
  if (wanted !== null && vouched) ctx.database.start = "first-primary";
  const { text, etag } = await answerOf(await compute());
  const result = living.some((entry) => isOlder(entry!, wanted)) ? "BYPASS" : "MISS";
  const bookmark = ctx.database.earliest;
  const entry: Entry = { text, etag, bookmark, at: now, until: now + spec.seconds * 1_000 };
  if (vouched) {
    const putAt = far && now - (kept?.putAt ?? 0) > 1_000 ? now : (kept?.putAt ?? 0);
    remember(id, entry, now + trust, putAt);
    if (putAt === now) waitUntil(put(kvKey, entry, spec.seconds));
  }
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

const wantedBy = (ctx: AnyContext) => ctx.request?.headers.get("x-d1-bookmark") ?? null;

/** Bookmarks sort as text. An answer that did not come from D1 has none. */
const isOlder = ({ bookmark }: Version, wanted: string | null) =>
  wanted !== null && bookmark !== null && bookmark < wanted;

function isCurrent(entry: Version, tags: readonly string[], wanted: string | null): boolean {
  if (isOlder(entry, wanted)) return false;
  for (const tag of tags) if (isOutdated(entry, tag)) return false;
  return true;
}

type Found = { entry: Entry | null; answered: boolean };

/** One KV call for the entry and the versions of its tags. */
async function ask(key: string, tags: readonly string[]): Promise<Found> {
  try {
    const read = () => env.CACHE.get([key, ...tags.map(tagKey)], { type: "text", cacheTtl });
    const values = await attempt(read, { repeatable: false, within: 500 });
    for (const tag of tags) learn(tag, values.get(tagKey(tag)));
    const value = values.get(key);
    return { entry: value ? unpack(value) : null, answered: true };
  } catch (error) {
    log("warn", "cache_unreadable", { error: String(error) });
    return { entry: null, answered: false };
  }
}

const put = (key: string, { text, ...about }: Entry, seconds: number) =>
  env.CACHE.put(key, `${JSON.stringify(about)}\n${text}`, {
    expirationTtl: Math.max(60, seconds),
  }).catch((error) => log("warn", "cache_unwritable", { error: String(error) }));

function unpack(value: string): Entry {
  const end = value.indexOf("\n");
  return { ...JSON.parse(value.slice(0, end)), text: value.slice(end + 1) };
}
