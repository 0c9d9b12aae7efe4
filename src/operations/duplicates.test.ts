import { createExecutionContext, createMessageBatch, getQueueResult } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { asc, eq } from "drizzle-orm";
import { expect, test, vi } from "vitest";
import { systemContext } from "../data/context";
import { events } from "../data/tables";
import { sessions } from "../identity/sessions/tables";
import { consume } from "../jobs/consume";
import type { Message } from "../jobs/events";
import { newId } from "../lib/id";
import { person } from "../testing/people";
import { findBreak, genesis } from "./audit/chain";
import { auditLog } from "./audit/tables";
import { mailbox, mails } from "./mail/tables";

const { db } = systemContext();

async function deliver(bodies: Message[]) {
  const messages = bodies.map((body) => {
    return { id: newId(), timestamp: new Date(), attempts: 1, body };
  });
  const batch = createMessageBatch<Message>("rimlight-events", messages);
  await consume(batch);
  return (await getQueueResult(batch, createExecutionContext())).explicitAcks.length;
}

const chain = () => db.select().from(auditLog).orderBy(asc(auditLog.sequence));

test("200 audit events, delivered at once and twice, are one dense chain", async () => {
  const told = Array.from({ length: 200 }, (_, number): Message<"audit.recorded"> => {
    const target = { targetType: "task", targetId: newId() };
    const payload = { actorId: newId(), action: "task.created", ...target, detail: { number } };
    return { id: newId(), type: "audit.recorded", payload, requestId: newId() };
  });
  const parts = [0, 50, 100, 150].map((start) => told.slice(start, start + 50));
  const acked = await Promise.all([...parts, ...parts].map(deliver));
  expect(acked).toEqual(Array(8).fill(50));
  const rows = await chain();
  expect(rows.map(({ sequence }) => sequence)).toEqual(told.map((_, i) => i + 1));
  expect(rows.map(({ eventId }) => eventId).sort()).toEqual(told.map(({ id }) => id).sort());
  expect(await findBreak(genesis, rows)).toBeNull();
});

test("every message of a registration, delivered again, changes nothing", async () => {
  const ada = await person();
  const [session] = await db.select().from(sessions).where(eq(sessions.userId, ada.id));
  await deliver([
    {
      ...{ id: newId(), type: "session.revoked", requestId: newId() },
      payload: { scope: "session", id: session!.id, reason: "reused" },
    },
  ]);
  const state = async () => ({
    audit: (await chain()).length,
    mails: (await db.select().from(mails)).length,
    mailbox: (await db.select({ subject: mailbox.subject }).from(mailbox))
      .map(({ subject }) => subject)
      .sort(),
  });
  const rows = await db.select().from(events);
  await vi.waitFor(
    async () =>
      expect(await state()).toEqual({
        audit: 200 + rows.filter(({ type }) => type === "audit.recorded").length,
        mails: 3,
        mailbox: [
          "A session of yours was ended",
          "Confirm your mail address",
          "Welcome to Rimlight",
        ],
      }),
    { timeout: 10_000 },
  );
  const before = await state();
  vi.spyOn(env.EVENTS, "sendBatch").mockResolvedValue({} as never);
  const again = rows.map(({ id, type, payload, requestId }) => {
    return { id, type, payload, requestId } as Message;
  });
  expect(await deliver([...again, ...again])).toBe(2 * again.length);
  expect(await state()).toEqual(before);
});
