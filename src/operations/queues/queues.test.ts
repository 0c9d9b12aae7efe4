import { env } from "cloudflare:workers";
import { eq } from "drizzle-orm";
import { afterEach, beforeAll, expect, test, vi } from "vitest";
import { systemContext } from "../../data/context";
import { deadLetters, events } from "../../data/tables";
import type { Consumer } from "../../jobs/consume";
import type { Message } from "../../jobs/events";
import { consumers } from "../../jobs/handlers";
import { newId } from "../../lib/id";
import { api, type Json } from "../../testing/api";
import { type Person, person } from "../../testing/people";
import { bury, keepFailures } from "./failures";

const ctx = systemContext();
const original = { ...consumers["session.revoked"] };
let admin: Person;
let someone: Person;

beforeAll(async () => {
  admin = await person({ role: "admin" });
  someone = await person();
});

afterEach(() => {
  consumers["session.revoked"] = original;
  vi.restoreAllMocks();
});

function only(name: string, consumer: Consumer<"session.revoked">) {
  consumers["session.revoked"] = { [name]: consumer };
}

const revoked = (): Message<"session.revoked"> => ({
  id: newId(),
  type: "session.revoked",
  payload: { scope: "user", id: newId(), reason: "a private reason" },
  requestId: newId(),
});

/** A message that died of this error. */
async function dead(error: Error = new TypeError("no")) {
  const message = revoked();
  await keepFailures(ctx, message, 9, [{ consumer: "spread", error }]);
  await bury(ctx, message);
  return message;
}

test("the report tells what waits, what fails and what died, without a payload", async () => {
  const failing = revoked();
  await keepFailures(ctx, failing, 3, [{ consumer: "spread", error: new TypeError("no") }]);
  const buried = await dead();
  const age = { createdAt: Date.now() - 90_000 };
  const unsent = { ...revoked(), queue: "EVENTS", ...age } as const;
  await ctx.db.insert(events).values(unsent);
  const { status, data } = await admin.api.get("/admin/queues");
  expect(status).toBe(200);
  expect(data.queues).toEqual([
    expect.objectContaining({ name: "EVENTS", backlog: expect.any(Number) }),
    expect.objectContaining({ name: "JOBS", backlog: expect.any(Number) }),
  ]);
  expect(data.outbox.unsent).toBeGreaterThanOrEqual(1);
  expect(data.outbox.oldestSeconds).toBeGreaterThanOrEqual(90);
  expect(data.failing).toMatchObject([{ id: failing.id, consumer: "spread", attempts: 3 }]);
  expect(data.dead.open).toBe(1);
  expect(data.dead.latest).toMatchObject([{ id: buried.id, type: "session.revoked" }]);
  expect(data.dead.latest[0].error).toMatch(/^spread: TypeError/);
  expect(JSON.stringify(data)).not.toContain("a private reason");
  await ctx.db.delete(events).where(eq(events.id, unsent.id));
});

test("a dead letter is sent again once, arrives, and is recorded in the audit log", async () => {
  const heard: Message[] = [];
  only("hearing", async (_, message) => {
    heard.push(message);
  });
  const message = await dead();
  const answers = await Promise.all(
    Array.from({ length: 5 }, () => admin.api.post(`/admin/queues/dead/${message.id}/retry`)),
  );
  for (const { status, data } of answers)
    expect([status, data]).toEqual([
      202,
      { ...data, id: message.id, retriedAt: expect.any(String) },
    ]);
  await vi.waitFor(() => expect(heard).toEqual([message]), { timeout: 10_000 });
  const recorded = await ctx.db.select().from(events).where(eq(events.type, "audit.recorded"));
  const retries = recorded.filter(
    ({ payload }) => (payload as Json).action === "dead_letter.retried",
  );
  expect(retries.map(({ payload }) => payload)).toMatchObject([
    { actorId: admin.id, targetType: "event", targetId: message.id },
  ]);
  const open = await admin.api.get("/admin/queues/dead");
  expect(open.data.map(({ id }: Json) => id)).not.toContain(message.id);
  const retried = await admin.api.get("/admin/queues/dead?state=retried");
  expect(retried.data.map(({ id }: Json) => id)).toContain(message.id);
});

test("a dead letter that cannot be sent now waits in the outbox", async () => {
  const message = await dead();
  const broken = vi.spyOn(env.EVENTS, "sendBatch").mockRejectedValue(new Error("queue is down"));
  expect((await admin.api.post(`/admin/queues/dead/${message.id}/retry`)).status).toBe(202);
  await vi.waitFor(() => expect(broken).toHaveBeenCalled());
  const row = await ctx.db.select().from(events).where(eq(events.id, message.id)).get();
  expect(row).toMatchObject({ sentAt: null, payload: message.payload });
});

test("one that dies again can be sent again", async () => {
  const message = await dead();
  vi.spyOn(env.EVENTS, "sendBatch").mockResolvedValue({} as never);
  const retry = () => admin.api.post(`/admin/queues/dead/${message.id}/retry`);
  await retry();
  await bury(ctx, message);
  const row = await ctx.db
    .select()
    .from(deadLetters)
    .where(eq(deadLetters.eventId, message.id))
    .get();
  expect(row?.retriedAt).toBeNull();
  expect((await retry()).data.retriedAt).not.toBeNull();
});

test("dead letters come in pages, the latest first", async () => {
  for (let i = 0; i < 5; i++) await dead();
  const seen: string[] = [];
  let cursor: string | null = null;
  do {
    const answer: Json = await admin.api.get(
      `/admin/queues/dead?limit=2${cursor ? `&cursor=${cursor}` : ""}`,
    );
    seen.push(...answer.data.map(({ id }: Json) => id));
    cursor = answer.body.page.nextCursor;
  } while (cursor);
  const { data } = await admin.api.get("/admin/queues/dead?limit=100");
  expect(seen).toEqual(data.map(({ id }: Json) => id));
  expect(seen.length).toBeGreaterThanOrEqual(5);
});

test("what does not exist is not found, and only administrators see or do anything", async () => {
  expect((await admin.api.post(`/admin/queues/dead/${newId()}/retry`)).status).toBe(404);
  expect((await admin.api.post("/admin/queues/dead/x/retry")).status).toBe(422);
  const message = await dead();
  for (const [method, path] of [
    ["GET", "/admin/queues"],
    ["GET", "/admin/queues/dead"],
    ["POST", `/admin/queues/dead/${message.id}/retry`],
  ] as const) {
    expect((await api().request(method, path)).status).toBe(401);
    expect((await someone.api.request(method, path)).status).toBe(403);
  }
  const row = await ctx.db
    .select()
    .from(deadLetters)
    .where(eq(deadLetters.eventId, message.id))
    .get();
  expect(row?.retriedAt).toBeNull();
});
