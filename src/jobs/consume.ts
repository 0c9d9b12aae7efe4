import { eq } from "drizzle-orm";
import type { BatchItem } from "drizzle-orm/batch";
import { type Context, systemContext } from "../data/context";
import { violates } from "../data/database";
import { send } from "../data/outbox";
import { applied, deadLetters, events } from "../data/tables";
import { describe, log } from "../http/log";
import type { EventType, Message } from "./events";
import { consumers } from "./handlers";

/**
 * Applies one event. `once` goes first into the batch that holds the effect: a second delivery
 * breaks on it and changes nothing.
 */
export type Consumer<T extends EventType = EventType> = (
  ctx: Context<null>,
  message: Message<T>,
  once: BatchItem<"sqlite">,
) => Promise<unknown>;

/** A failure that no retry can mend: the message goes to the dead letters at once. */
export class Permanent extends Error {
  override name = "Permanent";
}

/** Seconds until the next try: exponential with full jitter, at most an hour. */
export const backoff = (attempts: number) =>
  Math.ceil(Math.min(3_600, 2 ** attempts) * (0.5 + Math.random() / 2));

export async function consume(batch: MessageBatch<Message>): Promise<void> {
  await Promise.all(
    batch.messages.map(async (message) => {
      try {
        await apply(message.body);
        message.ack();
      } catch (error) {
        log("warn", "message_failed", { ...told(message.body), error: describe(error) });
        if (error instanceof Permanent) {
          await bury(message.body, batch.queue, String(error.message));
          message.ack();
        } else message.retry({ delaySeconds: backoff(message.attempts) });
      }
    }),
  );
}

const told = ({ id, type, requestId }: Message) => ({ eventId: id, type, requestId });

/** Every consumer of the event, each in a transaction of its own; what was applied stays so. */
async function apply(message: Message): Promise<void> {
  const failures: unknown[] = [];
  for (const [consumer, run] of Object.entries(consumers[message.type] ?? {})) {
    const ctx = systemContext(message.requestId);
    const row = { consumer, eventId: message.id, appliedAt: Date.now() };
    try {
      await (run as Consumer)(ctx, message, ctx.db.insert(applied).values(row));
    } catch (error) {
      if (!violates(error, "applied.")) failures.push(error);
    }
    await send(ctx);
  }
  if (failures.length > 0) throw failures[0];
}

/** Keeps a message that failed for good, with its last error, for an administrator. */
export async function bury(message: Message, queue: string, error: string): Promise<void> {
  const { database } = systemContext(message.requestId);
  const { id, ...rest } = message;
  await database.repeatable
    .insert(deadLetters)
    .values({
      ...rest,
      eventId: id,
      queue: queue.includes("jobs") ? "JOBS" : "EVENTS",
      error,
      failedAt: Date.now(),
    })
    .onConflictDoUpdate({
      target: deadLetters.eventId,
      set: { error, failedAt: Date.now(), retriedAt: null },
    });
}

/** The last stop of messages whose retries are used up. */
export async function consumeDead(batch: MessageBatch<Message>): Promise<void> {
  for (const message of batch.messages) {
    const { queue } = (await systemContext()
      .db.select({ queue: events.queue })
      .from(events)
      .where(eq(events.id, message.body.id))
      .get()) ?? { queue: "EVENTS" };
    await bury(message.body, queue === "JOBS" ? "jobs" : "events", "every retry failed");
    message.ack();
  }
}
