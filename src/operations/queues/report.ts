import { env } from "cloudflare:workers";
import { desc, sql } from "drizzle-orm";
import { attempt } from "../../data/attempt";
import type { AnyContext } from "../../data/context";
import { iso, second } from "../../lib/time";
import { listDeadLetters } from "./deadLetters";
import type { QueueReport } from "./schema";
import { failures } from "./tables";

const queues = ["EVENTS", "JOBS"] as const;

/** How the queues do: what waits, what fails, what died. */
export async function reportQueues(ctx: AnyContext): Promise<QueueReport> {
  const [depths, outbox, failing, dead, { items: latest }] = await Promise.all([
    Promise.all(queues.map(depthOf)),
    readOutbox(ctx),
    listFailing(ctx),
    countOpen(ctx),
    listDeadLetters(ctx, { state: "open", limit: 20 }),
  ]);
  return { queues: depths, outbox, failing, dead: { open: dead, latest } };
}

async function depthOf(name: (typeof queues)[number]): Promise<QueueReport["queues"][number]> {
  const metrics = () => env[name].metrics();
  const depth = await attempt(metrics, { repeatable: true, within: second }).catch(() => null);
  const oldest = depth?.oldestMessageTimestamp;
  return {
    name,
    backlog: depth?.backlogCount ?? null,
    backlogBytes: depth?.backlogBytes ?? null,
    oldestAt: oldest && oldest.getTime() > 0 ? iso(oldest.getTime()) : null,
  };
}

async function readOutbox(ctx: AnyContext): Promise<QueueReport["outbox"]> {
  const row = await ctx.db.get<{ unsent: number; oldest: number | null }>(
    sql`SELECT count(*) AS unsent, min(created_at) AS oldest FROM
        (SELECT created_at FROM events WHERE sent_at IS NULL ORDER BY created_at LIMIT 10000)`,
  );
  const { unsent, oldest } = row;
  const oldestSeconds = oldest === null ? null : Math.round((Date.now() - oldest) / second);
  return { unsent, oldestAt: iso(oldest), oldestSeconds };
}

/** An event that died is listed among the dead, unless it was sent again. */
async function listFailing(ctx: AnyContext): Promise<QueueReport["failing"]> {
  const rows = await ctx.db
    .select()
    .from(failures)
    .where(
      sql`NOT EXISTS (SELECT 1 FROM dead_letters d
          WHERE d.event_id = ${failures.eventId} AND d.retried_at IS NULL)`,
    )
    .orderBy(desc(failures.failedAt))
    .limit(20);
  return rows.map(({ eventId, failedAt, ...row }) => ({
    ...row,
    id: eventId,
    failedAt: iso(failedAt),
  }));
}

async function countOpen(ctx: AnyContext): Promise<number> {
  const row = await ctx.db.get<{ open: number }>(
    sql`SELECT count(*) AS open FROM
        (SELECT 1 FROM dead_letters WHERE retried_at IS NULL LIMIT 10000)`,
  );
  return row.open;
}
