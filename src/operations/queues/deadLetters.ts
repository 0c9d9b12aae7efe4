import { and, desc, eq, isNotNull, isNull, sql } from "drizzle-orm";
import type { AnyContext, Context, Outgoing } from "../../data/context";
import { commit, emit } from "../../data/outbox";
import { deadLetters, events } from "../../data/tables";
import { afterCursor, type Page, pageOf } from "../../http/page";
import { iso } from "../../lib/time";
import { refuse } from "./problems";
import type { DeadLetter, DeadLetterQuery } from "./schema";
import { failures } from "./tables";

/** Everything but the payload, which is nobody's to read. */
const deadLetterView = {
  id: deadLetters.eventId,
  type: deadLetters.type,
  queue: deadLetters.queue,
  requestId: deadLetters.requestId,
  error: deadLetters.error,
  failedAt: deadLetters.failedAt,
  retriedAt: deadLetters.retriedAt,
};

type Row = Omit<DeadLetter, "failedAt" | "retriedAt"> & {
  failedAt: number;
  retriedAt: number | null;
};

const present = (row: Row): DeadLetter => ({
  ...row,
  failedAt: iso(row.failedAt),
  retriedAt: iso(row.retriedAt),
});

/** The latest first; those that were sent again stay to be looked up. */
export async function listDeadLetters(
  ctx: AnyContext,
  { state, limit, cursor }: DeadLetterQuery,
): Promise<Page<DeadLetter>> {
  const list = `dead|${state}`;
  const after = await afterCursor<readonly [number, string]>(list, cursor);
  const { failedAt, eventId, retriedAt } = deadLetters;
  const rows = await ctx.db
    .select(deadLetterView)
    .from(deadLetters)
    .where(
      and(
        state === "open" ? isNull(retriedAt) : isNotNull(retriedAt),
        after ? sql`(${failedAt}, ${eventId}) < (${after[0]}, ${after[1]})` : undefined,
      ),
    )
    .orderBy(desc(failedAt), desc(eventId))
    .limit(limit + 1);
  const keys = (last: Row) => [last.failedAt, last.id] as const;
  const page = await pageOf(list, rows, limit, keys);
  return { ...page, items: page.items.map(present) };
}

/**
 * Sends a dead letter again under its first id, so that consumers which had applied it do not
 * again. Asking twice sends once; should it fail again, it may be sent again.
 */
export async function retryDeadLetter(ctx: Context, id: string): Promise<DeadLetter> {
  const now = Date.now();
  const [[claimed]] = await commit(ctx, [
    ctx.db
      .update(deadLetters)
      .set({ retriedAt: now })
      .where(and(eq(deadLetters.eventId, id), isNull(deadLetters.retriedAt)))
      .returning(),
    ctx.db
      .insert(events)
      .select(
        sql`SELECT event_id, type, queue, payload, request_id, ${now}, NULL FROM dead_letters
            WHERE event_id = ${id} AND changes() > 0`,
      )
      .onConflictDoUpdate({ target: events.id, set: { createdAt: now, sentAt: null } }),
    emit(ctx, "audit.recorded", {
      actorId: ctx.actor.id,
      action: "dead_letter.retried",
      targetType: "event",
      targetId: id,
      detail: {},
    }),
    ctx.db
      .delete(failures)
      .where(
        and(
          eq(failures.eventId, id),
          sql`EXISTS (SELECT 1 FROM dead_letters WHERE event_id = ${id} AND retried_at = ${now})`,
        ),
      ),
  ]);
  if (claimed) {
    const { type, queue, payload, requestId } = claimed;
    ctx.recorded.push({ id, type, queue, payload, requestId } as Outgoing);
  }
  const row = await ctx.db
    .select(deadLetterView)
    .from(deadLetters)
    .where(eq(deadLetters.eventId, id))
    .get();
  if (!row) throw refuse("dead_letter_not_found");
  return present(row);
}
