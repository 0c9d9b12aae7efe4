import type { BatchItem } from "drizzle-orm/batch";
import { type Context, systemContext } from "../data/context";
import { violates } from "../data/database";
import { send } from "../data/outbox";
import { applied } from "../data/tables";
import { describe, log } from "../http/log";
import { bury, type Failure, forgetFailures, keepFailures } from "../operations/queues/failures";
import type { EventType, Message } from "./events";
import { delayOf, Permanent } from "./failure";
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

export async function consume(batch: MessageBatch<Message>): Promise<void> {
  await Promise.all(batch.messages.map(settle));
}

/** Acknowledges what was applied, buries what never can be, and asks for the rest again. */
async function settle(message: QueueMessage<Message>): Promise<void> {
  const { body, attempts } = message;
  const started = Date.now();
  try {
    const failed = await apply(body);
    const ms = Date.now() - started;
    log("info", "message", { ...told(body), attempts, failed: failed.length, ms });
    const ctx = systemContext(body.requestId);
    if (failed.length > 0) await keepFailures(ctx, body, attempts, failed);
    else if (attempts > 1) await forgetFailures(ctx, body.id);
    if (failed.some(({ error }) => error instanceof Permanent)) await bury(ctx, body);
    const passing = failed.find(({ error }) => !(error instanceof Permanent));
    if (passing) message.retry({ delaySeconds: delayOf(attempts, passing.error) });
    else message.ack();
  } catch (error) {
    log("error", "message_unsettled", { ...told(body), error: describe(error) });
    message.retry({ delaySeconds: delayOf(attempts, error) });
  }
}

type QueueMessage<T> = MessageBatch<T>["messages"][number];

const told = ({ id, type, requestId }: Message) => ({ eventId: id, type, requestId });

/** Every consumer of the event at once, each in a transaction of its own: none waits for another. */
async function apply(message: Message): Promise<Failure[]> {
  if (!Object.hasOwn(consumers, message.type))
    return [{ consumer: "none", error: new Permanent("no consumer knows this type of event") }];
  const known = Object.entries(consumers[message.type]) as [string, Consumer][];
  const outcomes = await Promise.all(
    known.map(([consumer, run]) => applyBy(consumer, run, message)),
  );
  return outcomes.filter((failure) => failure !== null);
}

async function applyBy(consumer: string, run: Consumer, message: Message) {
  const ctx = systemContext(message.requestId);
  const row = { consumer, eventId: message.id, appliedAt: Date.now() };
  try {
    await run(ctx, message, ctx.db.insert(applied).values(row));
  } catch (error) {
    if (violates(error, "applied.")) return null;
    log("warn", "consumer_failed", { ...told(message), consumer, error: describe(error) });
    return { consumer, error };
  }
  await send(ctx).catch((error) =>
    log("warn", "outbox_unsent", { ...told(message), error: String(error) }),
  );
  return null;
}

/** The last stop of messages whose retries are used up. */
export async function consumeDead(batch: MessageBatch<Message>): Promise<void> {
  await Promise.all(
    batch.messages.map(async (message) => {
      const { body, attempts } = message;
      try {
        await bury(systemContext(body.requestId), body);
        log("error", "message_dead", told(body));
        message.ack();
      } catch (error) {
        log("error", "message_unburied", { ...told(body), error: describe(error) });
        message.retry({ delaySeconds: delayOf(attempts, error) });
      }
    }),
  );
}
