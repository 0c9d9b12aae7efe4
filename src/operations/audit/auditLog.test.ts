import { evictDurableObject, runInDurableObject } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { asc, eq, gt } from "drizzle-orm";
import { beforeEach, expect, test, vi } from "vitest";
import { systemContext } from "../../data/context";
import { newId } from "../../lib/id";
import type { AuditLog } from "./auditLog";
import type { Entry } from "./chain";
import { findBreak, genesis } from "./chain";
import { auditLog } from "./tables";

const { db } = systemContext();
const stub = () => env.AUDIT_LOG.getByName("main");

const entry = (targetId: string = newId()): Entry => ({
  eventId: newId(),
  at: Date.now(),
  actorId: newId(),
  action: "task.created",
  targetType: "task",
  targetId,
  detail: JSON.stringify({ note: "Ærø 🌊" }),
  requestId: newId(),
});

const rowsAfter = (sequence: number) =>
  db.select().from(auditLog).where(gt(auditLog.sequence, sequence)).orderBy(asc(auditLog.sequence));

beforeEach(async () => {
  await db.delete(auditLog);
  await runInDurableObject(stub(), (_: AuditLog, { storage }) => storage.deleteAll());
});

test("200 events told at once and twice are each in the chain once", async () => {
  const entries = Array.from({ length: 200 }, () => entry());
  const twice = [...entries, ...entries].sort(() => Math.random() - 0.5);
  await Promise.all(twice.map((one) => stub().append(one)));
  const rows = await rowsAfter(0);
  expect(rows.map(({ sequence }) => sequence)).toEqual(entries.map((_, i) => i + 1));
  expect(new Set(rows.map(({ eventId }) => eventId)).size).toBe(200);
  expect(await findBreak(genesis, rows)).toBeNull();
});

test("an evicted object goes on where the log ends", async () => {
  await stub().append(entry());
  await evictDurableObject(stub());
  await stub().append(entry());
  const rows = await rowsAfter(0);
  expect(rows.map(({ sequence }) => sequence)).toEqual([1, 2]);
  expect(await findBreak(genesis, rows)).toBeNull();
});

test("a write that another one overtook is made again from the new head", async () => {
  await stub().append(entry());
  const writers = Array.from({ length: 5 }, (_, i) => env.AUDIT_LOG.getByName(`writer ${i}`));
  const outcomes = await Promise.all(writers.map((writer) => writer.append(entry())));
  const rows = await rowsAfter(0);
  const written = outcomes.filter((isWritten) => isWritten).length;
  expect(written).toBeGreaterThan(1);
  expect(rows.map(({ sequence }) => sequence)).toEqual(rows.map((_, i) => i + 1));
  expect(rows).toHaveLength(1 + written);
  expect(await findBreak(genesis, rows)).toBeNull();
});

test("what could not be written is said to be so, and the next try begins at the log's end", async () => {
  await stub().append(entry());
  const broken = vi.spyOn(env.DB, "withSession").mockImplementation(() => {
    throw new Error("D1 is down");
  });
  const late = entry();
  expect(await stub().append(late)).toBe(false);
  broken.mockRestore();
  expect(await stub().append(late)).toBe(true);
  expect(await stub().append(late)).toBe(true);
  expect((await rowsAfter(0)).map(({ sequence }) => sequence)).toEqual([1, 2]);
});

test("a log that was cut goes on, and says so", async () => {
  for (let i = 0; i < 3; i++) await stub().append(entry());
  await db.delete(auditLog).where(eq(auditLog.sequence, 3));
  await stub().append(entry());
  const rows = await rowsAfter(2);
  expect(rows.map(({ action }) => action)).toEqual(["audit_log.cut", "task.created"]);
  expect(JSON.parse(rows[0]!.detail)).toMatchObject({ expected: { sequence: 3 } });
});
