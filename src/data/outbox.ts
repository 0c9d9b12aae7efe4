import { env } from "cloudflare:workers";
import { and, isNull, lt, type SQL, sql } from "drizzle-orm";
import type { BatchItem, BatchResponse } from "drizzle-orm/batch";
import type { Events, EventType } from "../jobs/events";
import { newId } from "../lib/id";
import type { AnyContext, Outgoing } from "./context";
import { violates } from "./database";
import { events, idempotencyKeys } from "./tables";

type Statement = BatchItem<"sqlite">;

/** Two requests with one `Idempotency-Key` ran at the same time; this one changed nothing. */
export class InProgress extends Error {
  override name = "InProgress";
}

/**
 * An event that is recorded only if the statement before it in the batch changed something, and if
 * the condition holds where there is one.
 */
export function emit<T extends EventType>(
  ctx: AnyContext,
  type: T,
  payload: Events[T],
  queue: Outgoing["queue"] = "EVENTS",
  condition?: SQL,
): Statement {
  const id = newId();
  const row = sql`SELECT ${id}, ${type}, ${queue}, ${JSON.stringify(payload)}, ${ctx.requestId},
    ${Date.now()}, NULL WHERE changes() > 0${condition && sql` AND (${condition})`}`;
  const statement = ctx.db.insert(events).select(row).returning({ id: events.id });
  ctx.drafts.set(statement, { id, type, payload, requestId: ctx.requestId, queue } as Outgoing);
  return statement;
}

/**
 * Runs the statements as one transaction. Events recorded in it are sent once the answer is out;
 * a request that carries an `Idempotency-Key` claims it in the same transaction, and `resource`
 * (`/tasks/…`) is where what it created can be read should the answer be lost.
 * @throws {InProgress} if the key is taken; nothing was written
 */
export async function commit<const S extends readonly [Statement, ...Statement[]]>(
  ctx: AnyContext,
  statements: S,
  resource?: string,
): Promise<BatchResponse<S>> {
  const claim = claimKey(ctx, resource);
  const batch = [...claim, ...statements] as unknown as readonly [Statement, ...Statement[]];
  const results: readonly unknown[] = await ctx.db.batch(batch).catch((error) => {
    throw claim.length > 0 && violates(error, "idempotency_keys") ? new InProgress() : error;
  });
  if (claim.length > 0 && ctx.claim) ctx.claim.made = true;
  batch.forEach((statement, i) => {
    const draft = ctx.drafts.get(statement);
    if (draft && (results[i] as unknown[]).length > 0) ctx.recorded.push(draft);
    ctx.drafts.delete(statement);
  });
  return results.slice(claim.length) as BatchResponse<S>;
}

function claimKey(ctx: AnyContext, resource?: string): Statement[] {
  if (!ctx.claim || ctx.claim.made) return [];
  const { principal, key, requestHash } = ctx.claim;
  const row = { principal, key, requestHash, resource, createdAt: Date.now() };
  return [ctx.db.insert(idempotencyKeys).values(row)];
}

/** Hands what was recorded to the queues; what cannot be sent now, the sweep sends later. */
export async function send(ctx: AnyContext, recorded: Outgoing[] = ctx.recorded): Promise<void> {
  const outgoing = recorded.splice(0);
  for (const queue of ["EVENTS", "JOBS"] as const) {
    const messages = outgoing.filter((event) => event.queue === queue);
    for (let i = 0; i < messages.length; i += 50) {
      const part = messages.slice(i, i + 50);
      await env[queue].sendBatch(part.map(({ queue: _, ...body }) => ({ body })));
      const ids = JSON.stringify(part.map((event) => event.id));
      await ctx.database.repeatable
        .update(events)
        .set({ sentAt: Date.now() })
        .where(sql`${events.id} IN (SELECT value FROM json_each(${ids}))`);
    }
  }
}

/** Sends again what an interrupted request left unsent for ten seconds or more. */
export async function resendUnsent(ctx: AnyContext, limit = 200): Promise<number> {
  const unsent = await ctx.db
    .select()
    .from(events)
    .where(and(isNull(events.sentAt), lt(events.createdAt, Date.now() - 10_000)))
    .orderBy(events.createdAt)
    .limit(limit);
  const count = unsent.length;
  await send(
    ctx,
    unsent.map(({ id, type, queue, payload, requestId }) => {
      return { id, type, queue, payload, requestId } as Outgoing;
    }),
  );
  return count;
}
