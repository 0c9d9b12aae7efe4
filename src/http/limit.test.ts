import { evictDurableObject, runDurableObjectAlarm, runInDurableObject } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { newId } from "../lib/id";
import { giveBack, newMemory, spend, useLease } from "./limit";
import { RateLimiter } from "./limiter";
import { Problem } from "./problem";

const take = vi.spyOn(RateLimiter.prototype, "take");
const put = vi.spyOn(env.CACHE, "put");
const get = vi.spyOn(env.CACHE, "get");

beforeEach(() => {
  take.mockClear();
  put.mockClear();
  get.mockClear();
});
afterEach(() => {
  vi.useRealTimers();
  take.mockReset();
  put.mockReset();
  get.mockReset();
});

const outcomes = async (tries: (void | Promise<void>)[]) => {
  const settled = await Promise.allSettled(tries);
  const refused = settled.flatMap((one) => (one.status === "rejected" ? [one.reason] : []));
  return { passed: settled.length - refused.length, refused };
};

const times = <T>(count: number, run: () => T) => Array.from({ length: count }, run);

/** Through a lease, where a verdict that is known is thrown at once. */
const lease = async (key: string, memory = newMemory()) => useLease("anonymous", key, memory);

test("of fifty tries at once, each in an isolate of its own, exactly five get through", async () => {
  const key = "2001:db8:1::1";
  const { passed, refused } = await outcomes(times(50, () => spend("login", key, newMemory())));
  expect(passed).toBe(5);
  for (const problem of refused) expect(problem).toMatchObject({ code: "rate_limited" });
});

test("the refusal says how long to wait, and by what rule", async () => {
  const key = "192.0.2.1";
  await outcomes(times(5, () => spend("login", key)));
  const refusal = await spend("login", key).catch((error) => error);
  expect(refusal).toBeInstanceOf(Problem);
  const { headers } = refusal.extra;
  const seconds = Number(headers["retry-after"]);
  expect(seconds).toBeGreaterThan(890);
  expect(seconds).toBeLessThanOrEqual(900);
  expect(headers["ratelimit-policy"]).toBe('"login";q=5;w=900');
  expect(headers.ratelimit).toBe(`"login";r=0;t=${seconds}`);
});

test("a flood of 1,000 on a blocked key is one KV write and few calls of the object", async () => {
  const key = "192.0.2.2";
  await outcomes(times(5, () => spend("login", key)));
  take.mockClear();
  const isolates = times(10, newMemory);
  for (let wave = 0; wave < 10; wave++)
    await outcomes(isolates.flatMap((memory) => times(10, () => spend("login", key, memory))));
  expect(take.mock.calls.length).toBeLessThanOrEqual(100);
  expect(put.mock.calls.filter(([name]) => name === `limit:login:${key}`)).toHaveLength(1);

  take.mockClear();
  get.mockClear();
  await vi.waitFor(() => expect(put).toHaveResolved());
  await outcomes(times(1_000, () => spend("login", key, isolates[0])));
  await outcomes(times(20, () => spend("login", key, newMemory())));
  expect([take.mock.calls.length, get.mock.calls.length]).toEqual([0, 20]);
});

test("a KV that knows nothing, lags or fails lets nobody through", async () => {
  const key = newId();
  get.mockResolvedValue(null as never);
  expect((await outcomes(times(20, () => spend("refresh", key, newMemory())))).passed).toBe(10);
  get.mockResolvedValue(String(Date.now() - 1) as never);
  expect((await outcomes([spend("refresh", key, newMemory())])).passed).toBe(0);
  get.mockRejectedValue(new Error("KV is down"));
  expect((await outcomes([spend("refresh", key, newMemory())])).passed).toBe(0);
});

test("when the window ends the object forgets everything and the next one opens", async () => {
  const key = newId();
  await outcomes(times(11, () => spend("refresh", key)));
  const stub = env.RATE_LIMITER.getByName(`refresh:${key}`);
  vi.useFakeTimers({ toFake: ["Date"], now: Date.now() + 901_000 });
  await runDurableObjectAlarm(stub);
  await runInDurableObject(stub, async (_, { storage }) => {
    expect([...storage.kv.list()]).toEqual([]);
    expect(await storage.getAlarm()).toBeNull();
  });
  expect((await outcomes(times(11, () => spend("refresh", key)))).passed).toBe(10);
});

test("an alarm that is late finds a new window and leaves it", async () => {
  const key = newId();
  await spend("refresh", key);
  const stub = env.RATE_LIMITER.getByName(`refresh:${key}`);
  vi.useFakeTimers({ toFake: ["Date"], now: Date.now() + 901_000 });
  await outcomes(times(10, () => spend("refresh", key)));
  await runDurableObjectAlarm(stub);
  expect((await outcomes([spend("refresh", key)])).passed).toBe(0);
  await runInDurableObject(stub, async (_, { storage }) => {
    expect(await storage.getAlarm()).toBeGreaterThan(Date.now());
  });
});

test("the count survives an eviction", async () => {
  const key = newId();
  await outcomes(times(7, () => spend("refresh", key)));
  await evictDurableObject(env.RATE_LIMITER.getByName(`refresh:${key}`));
  expect((await outcomes(times(7, () => spend("refresh", key, newMemory())))).passed).toBe(3);
});

test("what is given back can be spent again", async () => {
  const account = "ann@example.com";
  for (let i = 0; i < 30; i++) {
    await spend("login-account", account);
    await giveBack("login-account", account);
  }
  expect((await outcomes(times(20, () => spend("login-account", account)))).passed).toBe(10);
});

test("a mailbox is not to be read in the name of its limit", async () => {
  await outcomes(times(4, () => spend("forgot", "ann@example.com")));
  expect(String(put.mock.calls[0]?.[0])).toMatch(/^limit:forgot:[\w-]{43}$/);
});

test("leases of several isolates never exceed the quota, and most uses make no call", async () => {
  const key = newId();
  const isolates = times(2, newMemory);
  let passed = 0;
  for (let i = 0; i < 30; i++) {
    const wave = isolates.flatMap((memory) => times(3, () => lease(key, memory)));
    passed += (await outcomes(wave)).passed;
  }
  expect(passed).toBe(100);
  const granted = await Promise.all(take.mock.results.map(({ value }) => value));
  expect(granted.reduce((sum, one) => sum + one.granted, 0)).toBe(100);
  expect(take.mock.calls.length).toBeLessThanOrEqual(30);
});

test("a leased use is counted without a promise", async () => {
  const memory = newMemory();
  const key = newId();
  await useLease("signed-in", key, memory);
  take.mockClear();
  get.mockClear();
  for (let i = 0; i < 49; i++) expect(useLease("signed-in", key, memory)).toBeUndefined();
  expect([take.mock.calls.length, get.mock.calls.length]).toEqual([0, 0]);
  expect(useLease("signed-in", key, memory)).toBeInstanceOf(Promise);
});

test("if nobody can count, the general limits are open and the others closed", async () => {
  take.mockRejectedValue(new Error("the object is out of reach"));
  vi.spyOn(console, "error").mockImplementation(() => {});
  const memory = newMemory();
  expect((await outcomes(times(3, () => lease(newId(), memory)))).passed).toBe(3);
  expect(useLease("anonymous", newId(), memory)).toBeUndefined();
  await expect(spend("login", "192.0.2.9", memory)).rejects.toMatchObject({ name: "Unavailable" });
});
