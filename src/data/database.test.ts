import { env } from "cloudflare:workers";
import { eq, sql } from "drizzle-orm";
import { afterEach, expect, test, vi } from "vitest";
import { z } from "zod";
import { anyone } from "../http/guard";
import { router } from "../http/route";
import { newId } from "../lib/id";
import { type Fault, faults, faultyD1 } from "../testing/faults";
import { mount } from "../testing/mount";
import { Unavailable } from "./attempt";
import { Database, violates } from "./database";
import { applied } from "./tables";

afterEach(() => {
  vi.useRealTimers();
  vi.restoreAllMocks();
});

/** A database of which the first calls meet this fault. */
function failing(fault: () => Fault, times = Number.POSITIVE_INFINITY) {
  const { calls, binding } = faultyD1((_, call) => (call <= times ? fault() : undefined));
  return { calls, database: new Database(binding, "first-primary") };
}

const row = () => ({ consumer: "test", eventId: newId(), appliedAt: 0 });
const { lost, reset, updated, unresolved, overloaded } = faults;

test.each([lost, reset, updated, unresolved])(
  "a read that meets a passing fault is tried again",
  async (fault) => {
    const { calls, database } = failing(fault, 2);
    await database.db.select().from(applied).limit(1);
    expect([calls.length, database.trips]).toEqual([3, 3]);
  },
);

test("a read is tried three times, then it is unavailable for a second", async () => {
  const { calls, database } = failing(lost);
  const refused = await database.db
    .select()
    .from(applied)
    .then(() => {}, causeOf);
  expect(refused).toBeInstanceOf(Unavailable);
  expect(refused).toMatchObject({ retryAfter: 1 });
  expect(calls).toHaveLength(3);
});

test("a write is never tried again, for it may have happened", async () => {
  for (const statement of [
    sql`INSERT INTO applied VALUES ('test', ${newId()}, 0)`,
    sql`WITH one AS (SELECT 1) INSERT INTO applied SELECT 'test', ${newId()}, 0 FROM one`,
    sql`/* select */ DELETE FROM applied`,
    sql` update applied SET applied_at = 1`,
  ]) {
    const { calls, database } = failing(lost, 1);
    const refused = await database.db.run(statement).then(() => {}, causeOf);
    expect(refused).toBeInstanceOf(Unavailable);
    expect([calls.length, database.wrote]).toEqual([1, true]);
  }
});

test("a write that may run twice is tried again", async () => {
  const { calls, database } = failing(lost, 2);
  await database.repeatable.insert(applied).values(row()).onConflictDoNothing();
  expect(calls).toHaveLength(3);
});

test("a batch is tried again only if all of it reads", async () => {
  const reads = failing(lost, 1);
  const { db } = reads.database;
  await db.batch([db.select().from(applied), db.select().from(applied)]);
  expect(reads.calls).toHaveLength(2);
  const mixed = failing(lost, 1);
  const { db: other } = mixed.database;
  const batch = other.batch([other.select().from(applied), other.insert(applied).values(row())]);
  expect(await batch.then(() => {}, causeOf)).toBeInstanceOf(Unavailable);
  expect(mixed.calls).toHaveLength(1);
});

test("an overloaded database is left alone, by reads too", async () => {
  const { calls, database } = failing(overloaded);
  const refused = await database.db
    .select()
    .from(applied)
    .then(() => {}, causeOf);
  expect(refused).toBeInstanceOf(Unavailable);
  expect([calls.length, (refused as Unavailable).retryAfter]).toEqual([1, 5]);
});

test("what does not answer in five seconds is unavailable", async () => {
  vi.useFakeTimers({ toFake: ["Date", "setTimeout", "clearTimeout"] });
  const { calls, database } = failing(() => "silence");
  const asked = database.db
    .select()
    .from(applied)
    .then(() => {}, causeOf);
  let done = false;
  void asked.then(() => {
    done = true;
  });
  await vi.advanceTimersByTimeAsync(4_900);
  expect(done).toBe(false);
  await vi.advanceTimersByTimeAsync(200);
  expect(await asked).toBeInstanceOf(Unavailable);
  expect(calls).toHaveLength(1);
});

test("the retries share the deadline", async () => {
  vi.useFakeTimers({ toFake: ["Date", "setTimeout", "clearTimeout"] });
  const { calls, binding } = faultyD1((_, call) => {
    vi.setSystemTime(Date.now() + 2_000);
    return call === 3 ? "silence" : lost();
  });
  const asked = new Database(binding, "first-primary").db.select().from(applied);
  const settled = asked.then(() => {}, causeOf);
  await vi.waitFor(() => expect(calls).toHaveLength(3));
  await vi.advanceTimersByTimeAsync(1_100);
  expect(await settled).toBeInstanceOf(Unavailable);
});

test("what the database refuses is told as it is, and not tried again", async () => {
  const { calls, database } = failing(() => undefined);
  const { db } = database;
  const twice = row();
  await db.insert(applied).values(twice);
  const single = await db
    .insert(applied)
    .values(twice)
    .then(
      () => {},
      (error) => error,
    );
  const batch = await db.batch([db.insert(applied).values(twice)]).then(
    () => {},
    (error) => error,
  );
  for (const error of [single, batch]) {
    expect(violates(error, "applied.")).toBe(true);
    expect(violates(error, "users.email")).toBe(false);
    expect(causeOf(error)).not.toBeInstanceOf(Unavailable);
  }
  expect(calls).toHaveLength(3);
});

test("trips and rows are counted, and a session reads what it wrote", async () => {
  const { database } = failing(() => undefined);
  expect([database.isOpen, database.bookmark, database.earliest]).toEqual([false, null, null]);
  const { eventId } = row();
  await database.db.insert(applied).values({ ...row(), eventId });
  const first = database.bookmark;
  const found = await database.db.select().from(applied).where(eq(applied.eventId, eventId));
  expect(found).toHaveLength(1);
  expect([database.trips, database.wrote, database.earliest]).toEqual([2, true, first]);
  expect(database.rowsRead).toBeGreaterThanOrEqual(1);
  expect(database.rowsWritten).toBeGreaterThanOrEqual(1);
  expect(database.bookmark! > first!).toBe(true);
});

test("a client is told 503 and when to come again, and nothing of D1", async () => {
  vi.spyOn(console, "warn").mockImplementation(() => {});
  const routes = router("Things");
  routes.get("/count", "Count", { auth: anyone, returns: { 200: z.int() } }, ({ ctx }) =>
    ctx.db.$count(applied),
  );
  const client = mount(routes.hono)();
  for (const [fault, seconds] of [
    [lost, "1"],
    [overloaded, "5"],
  ] as const) {
    const { binding } = faultyD1(fault);
    vi.spyOn(env.DB, "withSession").mockImplementation((start) => binding.withSession(start));
    const { status, body, headers } = await client.get("/count");
    expect([status, body.code, headers.get("retry-after")]).toEqual([503, "unavailable", seconds]);
    expect(JSON.stringify(body)).not.toMatch(/D1|overloaded\.|Network/);
    vi.mocked(env.DB.withSession).mockRestore();
  }
});

/** Drizzle wraps what single statements throw. */
function causeOf(error: unknown): unknown {
  let cause = error;
  while (cause instanceof Error && cause.cause !== undefined && !(cause instanceof Unavailable))
    cause = cause.cause;
  return cause;
}
