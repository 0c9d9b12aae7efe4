import { isNull, sql } from "drizzle-orm";
import { expect, test } from "vitest";
import { systemContext } from "../data/context";
import { applied, deadLetters, events, idempotencyKeys } from "../data/tables";
import { day, hour } from "../lib/time";
import { mailbox, mails } from "./mail/tables";
import { failures } from "./queues/tables";
import { forgetOld, kept, oldest } from "./retention";

const ctx = systemContext();
const { db } = ctx;
const now = Date.now();

/** So many events, sent so long ago. */
const sendEvents = (count: number, age: number | null) =>
  db.run(sql`WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < ${count})
    INSERT INTO events (id, type, queue, payload, request_id, created_at, sent_at)
    SELECT hex(randomblob(16)), 'any', 'EVENTS', '{}', 'any', 0, ${age === null ? null : now - age} FROM n`);

test("what is old is forgotten, however much it is, and nothing else", async () => {
  await sendEvents(2_500, day + hour);
  await sendEvents(3, day - hour);
  await sendEvents(2, null);
  await forgetOld(ctx, now);
  expect(await db.$count(events)).toBe(5);
  expect(await db.$count(events, isNull(events.sentAt))).toBe(2);
});

test("one run is bounded, and the next goes on", async () => {
  await sendEvents(2_500, 2 * day);
  const before = await db.$count(events);
  await forgetOld(ctx, now, 0);
  expect(await db.$count(events)).toBe(before - 1_000);
  await forgetOld(ctx, now);
  expect(await db.$count(events)).toBe(before - 2_500);
});

test("each kind of row is kept as long as it is of use", async () => {
  const note = async (age: number) => {
    const time = now - age;
    const id = `${age}`;
    const any = { type: "any", error: "any", eventId: id };
    await db.insert(applied).values({ consumer: "any", eventId: id, appliedAt: time });
    await db
      .insert(idempotencyKeys)
      .values({ principal: "any", key: id, requestHash: "any", createdAt: time });
    await db.insert(failures).values({ ...any, consumer: "any", attempts: 1, failedAt: time });
    await db
      .insert(deadLetters)
      .values({ ...any, queue: "EVENTS", payload: {}, requestId: "any", failedAt: time });
    await db.insert(mails).values({
      ...{ id, eventId: id, kind: "any", status: "sent", attempts: 1, leaseUntil: 0 },
      ...{ createdAt: time, updatedAt: time },
    });
    const words = { recipient: "any", subject: "any", text: "any", html: "any" };
    await db.insert(mailbox).values({ id, headers: {}, createdAt: time, ...words });
  };
  for (const days of [0.9, 6, 14, 29, 89, 91]) await note(days * day);
  await forgetOld(ctx, now);
  const counts = await Promise.all(
    [idempotencyKeys, mailbox, applied, failures, mails, deadLetters].map((table) =>
      db.$count(table),
    ),
  );
  expect(counts).toEqual([1, 2, 3, 3, 4, 5]);
});

test("no chore reads a table from end to end", async () => {
  for (const [table, column] of kept) {
    const plan = await db.all<{ detail: string }>(
      sql`EXPLAIN QUERY PLAN ${oldest(table, column, now)}`,
    );
    for (const { detail } of plan) expect(detail).not.toMatch(/^SCAN/);
  }
});
