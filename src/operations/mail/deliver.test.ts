import { and, eq } from "drizzle-orm";
import { expect, test } from "vitest";
import { Unavailable } from "../../data/attempt";
import { systemContext } from "../../data/context";
import { deadLetters } from "../../data/tables";
import type { Message } from "../../jobs/events";
import { Permanent } from "../../jobs/failure";
import { newId } from "../../lib/id";
import { deliver } from "./deliver";
import type { Letter, Mail } from "./letter";
import { mails } from "./tables";

const ctx = systemContext();
const from = { email: "no-reply@rimlight.dev", name: "Rimlight" };
const mail: Mail = {
  ...{
    kind: "welcome",
    userId: null,
    subject: "Hello",
    text: "secret-token",
    html: "<p>secret-token</p>",
  },
  to: { email: "ada@example.com", name: "Ada" },
};
const message = (): Message => ({
  id: newId(),
  type: "user.registered",
  payload: { userId: newId(), tokenId: newId() },
  requestId: newId(),
});

function setup(send: (letter: Letter) => Promise<string | null>) {
  const sent: Letter[] = [];
  const transport = {
    name: "sendgrid" as const,
    send: async (letter: Letter) => {
      sent.push(letter);
      return send(letter);
    },
  };
  return { sent, from, transport };
}

const rowOf = ({ id }: Message) =>
  ctx.db
    .select()
    .from(mails)
    .where(and(eq(mails.eventId, id), eq(mails.kind, "welcome")))
    .get();

test("one event mails once, however often and however concurrently it is delivered", async () => {
  const one = message();
  const way = setup(async () => {
    await scheduler.wait(20);
    return "provider-1";
  });
  const tries = Array.from({ length: 20 }, () => deliver(systemContext(), one, mail, way));
  const outcomes = await Promise.allSettled(tries);
  for (const outcome of outcomes)
    if (outcome.status === "rejected") expect(outcome.reason).toBeInstanceOf(Unavailable);
  await deliver(ctx, one, mail, way);
  expect(way.sent).toHaveLength(1);
  expect(await rowOf(one)).toMatchObject({
    status: "sent",
    attempts: 1,
    transport: "sendgrid",
    providerId: "provider-1",
    error: null,
  });
});

test("two kinds of one event are two mails", async () => {
  const one = message();
  const way = setup(async () => null);
  await Promise.all(
    ["welcome", "verification"].map((kind) => deliver(ctx, one, { ...mail, kind }, way)),
  );
  expect(way.sent.map(({ kind }) => kind).sort()).toEqual(["verification", "welcome"]);
});

test("what failed is sent by the next delivery, under the same id", async () => {
  const one = message();
  let broken = true;
  const way = setup(async () => {
    if (broken) throw new Unavailable("SendGrid answered 503", 30);
    return null;
  });
  await expect(deliver(ctx, one, mail, way)).rejects.toThrow("503");
  expect(await rowOf(one)).toMatchObject({
    status: "queued",
    error: "Unavailable: SendGrid answered 503",
  });
  broken = false;
  await deliver(ctx, one, mail, way);
  expect(await rowOf(one)).toMatchObject({ status: "sent", attempts: 2, error: null });
  expect(new Set(way.sent.map(({ id }) => id)).size).toBe(1);
});

test("a sender that vanished is waited for, then replaced, under the same id", async () => {
  const one = message();
  const vanished = setup(() => new Promise(() => {}));
  void deliver(ctx, one, mail, vanished);
  await expect.poll(() => vanished.sent.length).toBe(1);
  const way = setup(async () => null);
  const early = await deliver(ctx, one, mail, way).catch((error: unknown) => error);
  expect(early).toBeInstanceOf(Unavailable);
  expect((early as Unavailable).retryAfter).toBeGreaterThan(50);
  await ctx.db
    .update(mails)
    .set({ leaseUntil: Date.now() - 1 })
    .where(eq(mails.eventId, one.id));
  await deliver(ctx, one, mail, way);
  expect(way.sent.map(({ id }) => id)).toEqual(vanished.sent.map(({ id }) => id));
});

test("a refusal is not tried again, unless an administrator sends the dead letter again", async () => {
  const one = message();
  const way = setup(async () => {
    throw new Permanent("SendGrid refused it: 400");
  });
  await expect(deliver(ctx, one, mail, way)).rejects.toThrow(Permanent);
  await expect(deliver(ctx, one, mail, way)).rejects.toThrow(Permanent);
  expect(way.sent).toHaveLength(1);
  expect(await rowOf(one)).toMatchObject({ status: "refused", attempts: 1 });
  const { updatedAt } = (await rowOf(one))!;
  const { id: eventId, ...rest } = one;
  const buried = { ...rest, eventId, queue: "EVENTS", error: "x", failedAt: Date.now() } as const;
  await ctx.db.insert(deadLetters).values({ ...buried, retriedAt: updatedAt - 1 });
  await expect(deliver(ctx, one, mail, way)).rejects.toThrow(Permanent);
  expect(way.sent).toHaveLength(1);
  const again = setup(async () => null);
  await ctx.db.update(deadLetters).set({ retriedAt: updatedAt + 1 });
  await deliver(ctx, one, mail, again);
  expect(again.sent).toHaveLength(1);
  expect(await rowOf(one)).toMatchObject({ status: "sent", attempts: 2 });
});

test("an address that cannot be is refused before any provider is asked", async () => {
  const one = message();
  const way = setup(async () => null);
  const evil = { ...mail, to: { email: "a@b.io\r\nBcc: c@d.io", name: "" } };
  await expect(deliver(ctx, one, evil, way)).rejects.toThrow(Permanent);
  expect(way.sent).toEqual([]);
});

test("without a way out the mail is noted as unconfigured, and nothing of it is stored", async () => {
  const one = message();
  await deliver(ctx, one, mail, null);
  const row = await rowOf(one);
  expect(row).toMatchObject({ status: "unconfigured" });
  expect(JSON.stringify(row)).not.toMatch(/secret-token|ada@example/);
});
