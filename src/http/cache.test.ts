import { env } from "cloudflare:workers";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { type Actor, Context } from "../data/context";
import { Database } from "../data/database";
import { applied } from "../data/tables";
import { newId } from "../lib/id";
import { type CacheSpec, cached, invalidate, type Stored } from "./cache";
import { forgetEntries } from "./cacheMemory";
import { forgetTags } from "./cacheTags";
import { refuse } from "./problem";

const get = vi.spyOn(env.CACHE, "get");
const put = vi.spyOn(env.CACHE, "put");

function otherIsolate(): void {
  forgetEntries();
  forgetTags();
}

beforeEach(otherIsolate);
afterEach(() => {
  vi.useRealTimers();
  get.mockReset();
  put.mockReset();
});

/** A caller, perhaps with the bookmark of a write, as the edge would present it. */
function caller(bookmark?: string | null, actor: Actor | null = null): Context<Actor | null> {
  const headers = bookmark ? { "x-d1-bookmark": bookmark } : undefined;
  const request = new Request("https://rimlight.test", headers && { headers });
  const start = bookmark ?? "first-unconstrained";
  return new Context(actor, newId(), new Database(env.DB, start), request);
}

const read = (ctx: Context<Actor | null>) => async () => ({
  count: await ctx.db.$count(applied),
});

async function write(...tags: string[]): Promise<string> {
  const ctx = caller();
  await ctx.db.insert(applied).values({ consumer: "test", eventId: newId(), appliedAt: 0 });
  if (tags.length > 0) invalidate(ctx, ...tags);
  return ctx.database.bookmark!;
}

const spec = (more: Partial<CacheSpec> = {}): CacheSpec => {
  return { key: newId(), tags: [], seconds: 60, shared: true, ...more };
};

async function ask(entry: CacheSpec, ctx = caller()) {
  const { text, headers }: Stored = await cached(ctx, entry, read(ctx));
  return { count: JSON.parse(text).data.count as number, from: headers["x-cache"], ctx };
}

test("a warm answer is there at once, and asks neither D1 nor KV", async () => {
  const entry = spec({ tags: ["a", "b"] });
  const first = await ask(entry);
  get.mockClear();
  put.mockClear();
  const ctx = caller(first.ctx.database.bookmark);
  const warm = cached(ctx, entry, read(ctx));
  expect(warm).not.toBeInstanceOf(Promise);
  expect((warm as Stored).headers["x-cache"]).toBe("HIT");
  expect([get.mock.calls.length, put.mock.calls.length]).toEqual([0, 0]);
  expect([ctx.database.isOpen, ctx.database.trips]).toEqual([false, 0]);
});

test("another isolate finds the answer in KV with one call, and asks D1 nothing", async () => {
  const entry = spec({ tags: ["a", "b"] });
  const first = await ask(entry);
  expect(first.from).toBe("MISS");
  await vi.waitFor(() => expect(put).toHaveResolved());
  otherIsolate();
  get.mockClear();
  const second = await ask(entry);
  expect([second.from, second.count]).toEqual(["HIT", first.count]);
  expect([get.mock.calls.length, second.ctx.database.trips]).toEqual([1, 0]);
});

test("who wrote since is never shown less, and refreshes it for everyone", async () => {
  const entry = spec();
  const { count } = await ask(entry);
  const bookmark = await write();
  expect(await ask(entry)).toMatchObject({ from: "HIT", count });
  expect(await ask(entry, caller(bookmark))).toMatchObject({ from: "BYPASS", count: count + 1 });
  expect(await ask(entry, caller(bookmark))).toMatchObject({ from: "HIT", count: count + 1 });
  expect(await ask(entry)).toMatchObject({ from: "HIT", count: count + 1 });
});

test("a forged bookmark of the future hides no later write", async () => {
  const entry = spec();
  const forged = `ffffffff-ffffffff-ffffffff-${"f".repeat(32)}`;
  const { count } = await ask(entry, caller(forged));
  const opened = caller(forged);
  await opened.db.$count(applied);
  await ask(entry, opened);
  const bookmark = await write();
  expect((await ask(entry, caller(bookmark))).count).toBe(count + 1);
});

test("a change is seen at once where it was made, and elsewhere through KV", async () => {
  const entry = spec({ tags: ["changing"] });
  const { count } = await ask(entry);
  await write("other");
  expect(await ask(entry)).toMatchObject({ from: "HIT", count });
  await write("changing");
  expect(await ask(entry)).toMatchObject({ from: "MISS", count: count + 2 });

  await write("changing");
  await vi.waitFor(
    async () => expect((await env.CACHE.get("tag:changing"))?.split(" ")[1]).toBe(await last()),
    3_000,
  );
  otherIsolate();
  expect(await ask(entry)).toMatchObject({ from: "MISS", count: count + 3 });

  async function last() {
    const calls = put.mock.calls.filter(([key]) => key === "tag:changing");
    return String(calls.at(-1)?.[1]).split(" ")[1];
  }
});

test("what was read before a change is not kept as if it were read after it", async () => {
  const entry = spec({ tags: ["racing"] });
  const ctx = caller();
  await cached(ctx, entry, async () => {
    const data = await read(ctx)();
    await write("racing");
    return data;
  });
  expect((await ask(entry)).from).toBe("MISS");
});

test("a change that D1 knows nothing of counts by its time", async () => {
  const entry = spec({ tags: ["object"] });
  await ask(entry);
  invalidate(caller(), "object");
  expect((await ask(entry)).from).toBe("MISS");
});

test("a KV that fails, or hangs, is a miss", async () => {
  const entry = spec();
  get.mockRejectedValue(new Error("KV is down"));
  put.mockRejectedValue(new Error("KV is down"));
  expect((await ask(entry)).from).toBe("MISS");
  expect((await ask(entry)).from).toBe("HIT");
  otherIsolate();
  get.mockReturnValue(new Promise(() => {}) as never);
  expect((await ask(entry)).from).toBe("MISS");
  expect(await write("t")).toMatch(/^0000/);
});

test("a refusal is never stored", async () => {
  const entry = spec();
  const refused = cached(caller(), entry, async () => {
    throw refuse("not_found");
  });
  await expect(refused).rejects.toThrow("not_found");
  expect((await ask(entry)).from).toBe("MISS");
});

test("answers are kept per person unless they are said to be shared", async () => {
  const person = (id: string): Actor => ({ id, role: "user", sessionId: null });
  const entry = spec({ shared: false });
  expect((await ask(entry, caller(null, person("ann")))).from).toBe("MISS");
  expect((await ask(entry, caller(null, person("bob")))).from).toBe("MISS");
  expect((await ask(entry)).from).toBe("MISS");
  expect((await ask({ ...entry, shared: true })).from).toBe("MISS");
  expect((await ask(entry, caller(null, person("ann")))).from).toBe("HIT");
});

test("an answer ends with its time, whatever else fails to end it", async () => {
  const entry = spec({ seconds: 60 });
  await ask(entry);
  await vi.waitFor(() => expect(put).toHaveResolved());
  vi.useFakeTimers({ toFake: ["Date"], now: Date.now() + 59_000 });
  expect((await ask(entry)).from).toBe("HIT");
  vi.setSystemTime(Date.now() + 1_500);
  expect((await ask(entry)).from).toBe("MISS");
});

test("five seconds or fewer stay in memory and cost no KV call", async () => {
  const entry = spec({ seconds: 5, tags: ["near"] });
  expect((await ask(entry)).from).toBe("MISS");
  expect((await ask(entry)).from).toBe("HIT");
  await write("near");
  put.mockClear();
  expect((await ask(entry)).from).toBe("MISS");
  expect([get.mock.calls.length, put.mock.calls.length]).toEqual([0, 0]);
});

test("a burst of changes is one put at once and one that says the last", async () => {
  for (let i = 0; i < 20; i++) await write("burst");
  const bookmark = await write("burst");
  const puts = () => put.mock.calls.filter(([key]) => key === "tag:burst");
  expect(puts()).toHaveLength(1);
  await vi.waitFor(() => expect(puts()).toHaveLength(2), 2_000);
  expect(puts()[1]![1]).toContain(bookmark);
});

test("memory is bounded: the oldest answers give way", async () => {
  const text = "x".repeat(1_000_000);
  const entries = Array.from({ length: 12 }, () => spec({ seconds: 5 }));
  for (const entry of entries) await cached(caller(), entry, async () => text);
  const hits = entries.map((one) => !(cached(caller(), one, async () => text) instanceof Promise));
  expect([hits[0], hits.at(-1)]).toEqual([false, true]);
});
