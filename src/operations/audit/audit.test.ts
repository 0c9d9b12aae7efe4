import { env } from "cloudflare:workers";
import { eq, sql } from "drizzle-orm";
import { beforeAll, expect, test, vi } from "vitest";
import { systemContext } from "../../data/context";
import { events } from "../../data/tables";
import { newId } from "../../lib/id";
import { minute } from "../../lib/time";
import { api, type Json } from "../../testing/api";
import { type Person, person } from "../../testing/people";
import { follow, genesis } from "./chain";
import { auditLog } from "./tables";

const { db } = systemContext();
const stub = env.AUDIT_LOG.getByName("main");
let admin: Person;
let someone: Person;
const actor = newId();
const target = newId();
const start = Date.parse("2026-03-01T00:00:00Z");

/** Twelve deeds, a minute apart, half of them by one actor, a third of one kind, four on one target. */
beforeAll(async () => {
  admin = await person({ role: "admin" });
  someone = await person();
  for (let i = 0; i < 12; i++)
    await stub.append({
      eventId: newId(),
      at: start + i * minute,
      actorId: i % 2 === 0 ? actor : newId(),
      action: i % 3 === 0 ? "task.deleted" : "task.created",
      targetType: "task",
      targetId: i < 4 ? target : newId(),
      detail: JSON.stringify({ number: i, ratio: 0.5 }),
      requestId: newId(),
    });
});

const numbers = (answer: { data: Json }) => answer.data.map((row: Json) => row.detail.number);
const list = (query: string) => admin.api.get(`/admin/audit?to=2026-03-02&${query}`);

test("what a registration records is in the log, through outbox and broker", async () => {
  await vi.waitFor(
    async () => {
      const told = await db.$count(events, eq(events.type, "audit.recorded"));
      expect(await db.$count(auditLog)).toBe(told + 12);
    },
    { timeout: 10_000 },
  );
  const { data } = await admin.api.get(
    `/admin/audit?action=user.registered&targetId=${someone.id}`,
  );
  expect(data).toMatchObject([{ actorId: someone.id, targetType: "user" }]);
  expect(JSON.stringify(data)).not.toContain("example.com");
});

test("the log is searched by actor, action, target and time, the latest first", async () => {
  expect(numbers(await list(""))).toEqual([11, 10, 9, 8, 7, 6, 5, 4, 3, 2, 1, 0]);
  expect(numbers(await list(`actor=${actor}`))).toEqual([10, 8, 6, 4, 2, 0]);
  expect(numbers(await list("action=task.deleted"))).toEqual([9, 6, 3, 0]);
  expect(numbers(await list(`targetType=task&targetId=${target}`))).toEqual([3, 2, 1, 0]);
  expect(numbers(await list(`targetType=order&targetId=${target}`))).toEqual([]);
  expect(numbers(await list(`actor=${actor}&action=task.deleted`))).toEqual([6, 0]);
  const between = "from=2026-03-01T00:05:00Z&to=2026-03-01T01:07:00%2B01:00";
  expect(numbers(await admin.api.get(`/admin/audit?${between}`))).toEqual([7, 6, 5]);
});

test("pages follow one another without a gap, and their cursors fit no other search", async () => {
  const seen: number[] = [];
  let cursor: string | null = null;
  do {
    const answer: Json = await list(`limit=5${cursor ? `&cursor=${cursor}` : ""}`);
    seen.push(...numbers(answer));
    cursor = answer.body.page.nextCursor;
    if (cursor) expect((await list(`limit=5&actor=${actor}&cursor=${cursor}`)).status).toBe(422);
  } while (cursor);
  expect(seen).toEqual([11, 10, 9, 8, 7, 6, 5, 4, 3, 2, 1, 0]);
});

test("hostile filters are refused", async () => {
  for (const query of [
    "actor=me",
    "actor=' OR 1=1 --",
    "action=%00",
    "action=task created",
    "from=yesterday",
    "from=2026-13-01",
    "from=2026-03-02&to=2026-03-01",
    "targetType=task",
    `targetId=${"x".repeat(201)}`,
    "limit=101",
    "cursor=nonsense",
  ]) {
    const answer = await admin.api.get(`/admin/audit?${query}`);
    expect([query, answer.status]).toEqual([query, 422]);
  }
});

test("only administrators see the log and its proof", async () => {
  for (const path of ["/admin/audit", "/admin/audit/verify"]) {
    expect((await api().get(path)).status).toBe(401);
    expect((await someone.api.get(path)).status).toBe(403);
  }
});

test("no search reads the log from end to end", async () => {
  const plan = async (where: string) => {
    const rows = await db.all<{ detail: string }>(
      sql.raw(`EXPLAIN QUERY PLAN SELECT * FROM audit_log WHERE ${where}
               ORDER BY at DESC, sequence DESC LIMIT 21`),
    );
    return rows.map(({ detail }) => detail).join("; ");
  };
  const keyset = "(at, sequence) < (2, 2)";
  expect(await plan(keyset)).toMatch(/USING INDEX audit_log_at(?!.*TEMP B-TREE)/);
  expect(await plan(`actor_id = 'a' AND ${keyset}`)).toMatch(/audit_log_of_actor(?!.*TEMP B-TREE)/);
  expect(await plan(`action = 'a' AND at > 1`)).toMatch(/audit_log_of_action(?!.*TEMP B-TREE)/);
  expect(await plan(`target_id = 'a'`)).toMatch(/audit_log_of_target(?!.*TEMP B-TREE)/);
});

test("the proof goes on from call to call, and finds each kind of tampering where it is", async () => {
  const verify = async (query = "") => (await admin.api.get(`/admin/audit/verify?${query}`)).data;
  const rows = await db.select().from(auditLog).orderBy(auditLog.sequence);
  const last = rows.at(-1)!;
  const head = { sequence: last.sequence, hash: last.hash };
  const whole = { intact: true, checked: rows.length, broken: null, head, next: null };
  expect(await verify()).toEqual(whole);
  const part = await verify("limit=5");
  expect(part).toMatchObject({ intact: true, checked: 5, next: 5 });
  expect(await verify(`after=${part.next}`)).toEqual({ ...whole, checked: rows.length - 5 });

  const tamper = async (change: Promise<unknown>, sequence: number, reason: string) => {
    await change;
    expect(await verify()).toMatchObject({ intact: false, broken: { sequence, reason } });
    await db.delete(auditLog);
    for (const row of rows) await db.insert(auditLog).values(row);
    expect(await verify()).toEqual(whole);
  };
  const at = (sequence: number) => eq(auditLog.sequence, sequence);
  await tamper(db.update(auditLog).set({ actorId: actor }).where(at(4)), 4, "changed");
  await tamper(db.update(auditLog).set({ detail: "{}" }).where(at(7)), 7, "changed");
  await tamper(db.delete(auditLog).where(at(6)), 6, "missing");
  await tamper(db.delete(auditLog).where(at(1)), 1, "missing");
  await tamper(db.delete(auditLog).where(at(last.sequence)), last.sequence, "missing");
  const forged = await follow(
    genesis,
    rows.map(({ sequence, hash, previousHash, ...entry }) =>
      entry.eventId === rows[2]!.eventId ? { ...entry, actorId: newId() } : entry,
    ),
  );
  const rewrite = db
    .delete(auditLog)
    .then(() => Promise.all(forged.map((row) => db.insert(auditLog).values(row))));
  await tamper(rewrite, last.sequence, "rewritten");
  await tamper(db.update(auditLog).set({ hash: rows[4]!.hash }).where(at(9)), 9, "changed");
});
