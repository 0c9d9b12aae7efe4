import { eq, sql } from "drizzle-orm";
import type { Context } from "../../data/context";
import { deadLetters } from "../../data/tables";
import type { Message } from "../../jobs/events";
import { reasonOf } from "../../jobs/failure";
import { failures } from "./tables";

export type Failure = { consumer: string; error: unknown };

/** Keeps why each consumer failed, for as long as the event is not applied. */
export async function keepFailures(
  ctx: Context<null>,
  { id, type }: Message,
  attempts: number,
  failed: Failure[],
): Promise<void> {
  const rows = failed.map(({ consumer, error }) => ({
    ...{ eventId: id, type, consumer, attempts },
    error: reasonOf(error),
    failedAt: Date.now(),
  }));
  await ctx.database.repeatable
    .insert(failures)
    .values(rows)
    .onConflictDoUpdate({
      target: [failures.eventId, failures.consumer],
      set: {
        error: sql`excluded.error`,
        attempts: sql`excluded.attempts`,
        failedAt: sql`excluded.failed_at`,
      },
    });
}

/** The event was applied after all. */
export async function forgetFailures(ctx: Context<null>, eventId: string): Promise<void> {
  await ctx.database.repeatable.delete(failures).where(eq(failures.eventId, eventId));
}

/** Keeps a message that failed for good, with its last errors, for an administrator. */
export async function bury(ctx: Context<null>, message: Message): Promise<void> {
  const { id: eventId, type, payload, requestId } = message;
  const kept = {
    queue: sql<"EVENTS">`coalesce((SELECT queue FROM events WHERE id = ${eventId}), 'EVENTS')`,
    error: sql<string>`coalesce(
      (SELECT group_concat(consumer || ': ' || error, '; ') FROM failures WHERE event_id = ${eventId}),
      'stopped without an error: too slow, or out of memory')`,
    failedAt: Date.now(),
  };
  await ctx.database.repeatable
    .insert(deadLetters)
    .values({ eventId, type, payload, requestId, ...kept })
    .onConflictDoUpdate({
      target: deadLetters.eventId,
      set: { error: sql`excluded.error`, failedAt: sql`excluded.failed_at`, retriedAt: null },
    });
}
