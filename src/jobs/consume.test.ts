import { createExecutionContext, createMessageBatch, getQueueResult } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { eq } from "drizzle-orm";
import { afterEach, expect, test, vi } from "vitest";
import { Unavailable } from "../data/attempt";
import { systemContext } from "../data/context";
import { commit, emit, send } from "../data/outbox";
import { deadLetters, events } from "../data/tables";
import { newId } from "../lib/id";
import { failures } from "../operations/queues/tables";
import { type Consumer, consume, consumeDead } from "./consume";
import type { Message } from "./events";
import { Permanent } from "./failure";
import { consumers } from "./handlers";
import { runSchedule } from "./schedule";

type Registered = Consumer<"user.registered">;
const everyMinute = "* * * * *";
const original = { ...consumers["user.registered"] };

/** Puts these consumers in the place of the real ones. */
function only(replaced: Record<string, Registered>) {
  consumers["user.registered"] = replaced;
}

afterEach(() => {
  consumers["user.registered"] = original;
  vi.restoreAllMocks();
});

const registered = (): Message<"user.registered"> => ({
  id: newId(),
  type: "user.registered",
  payload: { userId: newId(), tokenId: newId() },
  requestId: newId(),
});

async function deliver(bodies: Message[], { attempts = 1, queue = "rimlight-events" } = {}) {
  const messages = bodies.map((body) => {
    return { id: newId(), timestamp: new Date(), attempts, body };
  });
  const batch = createMessageBatch<Message>(queue, messages);
  await (queue.endsWith("-dead") ? consumeDead(batch) : consume(batch));
  const { explicitAcks, retryMessages } = await getQueueResult(batch, createExecutionContext());
  return { acked: explicitAcks.length, retried: retryMessages.length };
}

/** A consumer with an effect in the database: one more event, in the transaction of `once`. */
const telling: Registered = (ctx, { id }, once) =>
  commit(ctx, [once, emit(ctx, "audit.recorded", effectOf(id))]);

const effectOf = (targetId: string) => {
  return { actorId: null, action: "told", targetType: "event", targetId, detail: {} };
};

const { db } = systemContext();
const effectsOf = ({ id }: Message) =>
  db
    .select()
    .from(events)
    .where(eq(events.payload, effectOf(id)));
const failuresOf = ({ id }: Message) => db.select().from(failures).where(eq(failures.eventId, id));
const deadOf = ({ id }: Message) =>
  db.select().from(deadLetters).where(eq(deadLetters.eventId, id)).get();

test("a message that is delivered twice has its effect once", async () => {
  only({ telling });
  vi.spyOn(env.EVENTS, "sendBatch").mockResolvedValue({} as never);
  const messages = Array.from({ length: 20 }, registered);
  const first = deliver([...messages, ...messages]);
  const second = deliver(messages);
  expect(await first).toEqual({ acked: 40, retried: 0 });
  expect(await second).toEqual({ acked: 20, retried: 0 });
  for (const message of messages) expect(await effectsOf(message)).toHaveLength(1);
});

test("a consumer that fails or is slow does not keep the others from the event", async () => {
  const message = registered();
  let release = () => {};
  const released = new Promise<void>((resolve) => {
    release = resolve;
  });
  only({
    failing: async () => {
      throw new Unavailable("not now");
    },
    slow: () => released,
    telling,
  });
  vi.spyOn(env.EVENTS, "sendBatch").mockResolvedValue({} as never);
  const delivered = deliver([message]);
  await vi.waitFor(async () => expect(await effectsOf(message)).toHaveLength(1));
  release();
  expect(await delivered).toEqual({ acked: 0, retried: 1 });
  expect(await failuresOf(message)).toMatchObject([
    { consumer: "failing", error: "Unavailable: not now", attempts: 1 },
  ]);
});

test("when the event is applied after all, its failures are forgotten", async () => {
  const message = registered();
  let broken = true;
  only({
    moody: async () => {
      if (broken) throw new Unavailable("not now");
    },
  });
  await deliver([message]);
  broken = false;
  expect(await deliver([message], { attempts: 2 })).toEqual({ acked: 1, retried: 0 });
  expect(await failuresOf(message)).toEqual([]);
});

test("what no retry can mend is buried at once, with its reason", async () => {
  const message = registered();
  only({
    hopeless: async () => {
      throw new Permanent("the provider refused it");
    },
  });
  expect(await deliver([message])).toEqual({ acked: 1, retried: 0 });
  expect(await deadOf(message)).toMatchObject({
    type: "user.registered",
    queue: "EVENTS",
    payload: message.payload,
    error: "hopeless: Permanent: the provider refused it",
    retriedAt: null,
  });
});

test("a message whose retries are used up keeps the last error of every consumer", async () => {
  const message = registered();
  only({
    one: async () => {
      throw new Unavailable("too slow");
    },
    two: async () => JSON.parse(`{"password": "hunter2", ${message.id}`),
  });
  await deliver([message], { attempts: 9 });
  expect(await deliver([message], { queue: "rimlight-dead" })).toEqual({ acked: 1, retried: 0 });
  const { error } = (await deadOf(message))!;
  expect(error).toMatch(/^one: Unavailable: too slow; two: SyntaxError/);
  expect(error).not.toContain("hunter2");
});

test("an event of a type that nobody knows is kept, not lost", async () => {
  const message = { ...registered(), type: "from.the.future" as never };
  expect(await deliver([message])).toEqual({ acked: 1, retried: 0 });
  expect((await deadOf(message))?.error).toContain("no consumer knows this type");
});

test("what could not be sent is sent by the sweep, and arrives through the real broker", async () => {
  const heard: string[] = [];
  only({
    hearing: async (_, { payload }) => {
      heard.push(payload.userId);
    },
  });
  const ctx = systemContext();
  const { payload } = registered();
  const broken = vi.spyOn(env.EVENTS, "sendBatch").mockRejectedValue(new Error("queue is down"));
  await commit(ctx, [
    ctx.db.insert(failures).values(someFailure()),
    emit(ctx, "user.registered", payload),
  ]);
  await expect(send(ctx)).rejects.toThrow("queue is down");
  const [row] = await db.select().from(events).where(eq(events.payload, payload));
  expect(row?.sentAt).toBeNull();
  await db
    .update(events)
    .set({ createdAt: Date.now() - 11_000 })
    .where(eq(events.id, row!.id));

  const sentAt = async () =>
    (await db.select().from(events).where(eq(events.id, row!.id)).get())?.sentAt;
  await runSchedule(everyMinute);
  expect(await sentAt()).toBeNull();
  broken.mockRestore();
  await runSchedule(everyMinute);
  expect(await sentAt()).toBeGreaterThan(0);
  await vi.waitFor(() => expect(heard).toEqual([payload.userId]), { timeout: 10_000 });
});

const someFailure = () => ({
  ...{ eventId: newId(), consumer: "any", type: "any", error: "any" },
  ...{ attempts: 1, failedAt: Date.now() },
});
