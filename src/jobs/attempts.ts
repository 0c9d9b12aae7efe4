import { and, asc, eq, lte, type SQL, sql } from "drizzle-orm";
import type { AnyContext, Context } from "../data/context";
import { commit, emit } from "../data/outbox";
import { iso, minute, second } from "../lib/time";
import type { Outcome } from "./kinds";
import type { JobError } from "./schema";
import { jobLogs, jobs } from "./tables";

/** How long an attempt is believed to live without a sign. */
export const lease = 30 * second;
const mostErrors = 20;
/** Jobs of one owner that run at once, so that nobody's burst keeps the others waiting. */
export const permits = 4;

/** One attempt at a job. Its number is the fencing token: nobody but the latest may change the job. */
export type Attempt = Pick<
  typeof jobs.$inferSelect,
  "id" | "ownerId" | "kind" | "input" | "attempt" | "attemptsLeft"
>;

/**
 * Begins the next attempt, if the job waits for one and its owner has a permit left: of any number
 * of messages, one gets it.
 */
export async function claimJob(ctx: Context<null>, id: string): Promise<Attempt | undefined> {
  const now = Date.now();
  const [attempt] = await ctx.db
    .update(jobs)
    .set({
      status: "running",
      attempt: sql`${jobs.attempt} + 1`,
      attemptsLeft: sql`${jobs.attemptsLeft} - 1`,
      wakeAt: now + lease,
      progress: 0,
      startedAt: sql`coalesce(${jobs.startedAt}, ${now})`,
      updatedAt: now,
    })
    .where(
      and(
        eq(jobs.id, id),
        eq(jobs.status, "queued"),
        lte(jobs.runAt, now),
        sql`${jobs.attemptsLeft} > 0`,
        sql`(SELECT count(*) FROM jobs AS others WHERE others.owner_id = ${jobs.ownerId}
          AND others.status = 'running') < ${permits}`,
      ),
    )
    .returning({
      id: jobs.id,
      ownerId: jobs.ownerId,
      kind: jobs.kind,
      input: jobs.input,
      attempt: jobs.attempt,
      attemptsLeft: jobs.attemptsLeft,
    });
  return attempt;
}

const isDue = (now: number) => and(eq(jobs.status, "queued"), lte(jobs.runAt, now));

/** Marks a job that is due, but got no permit, as the first that its owner's next one goes to. */
export async function awaitPermit(ctx: Context<null>, id: string): Promise<boolean> {
  const now = Date.now();
  const marked = await ctx.database.repeatable
    .update(jobs)
    .set({ wakeAt: now })
    .where(and(eq(jobs.id, id), isDue(now)))
    .returning({ id: jobs.id });
  return marked.length > 0;
}

/** The oldest job of an owner that waits for a permit. */
export async function nextWaiting(ctx: Context<null>, ownerId: string): Promise<string | null> {
  const now = Date.now();
  const waiting = and(eq(jobs.ownerId, ownerId), isDue(now), lte(jobs.wakeAt, now));
  const { id } = jobs;
  const row = await ctx.db.select({ id }).from(jobs).where(waiting).orderBy(asc(id)).limit(1).get();
  return row?.id ?? null;
}

const isMine = ({ id, attempt }: Pick<Attempt, "id" | "attempt">) =>
  and(eq(jobs.id, id), eq(jobs.status, "running"), eq(jobs.attempt, attempt));

/** Extends the lease; false if the attempt is over: cancelled, or taken for dead. */
export async function keepLease(ctx: Context<null>, attempt: Attempt): Promise<boolean> {
  const kept = await ctx.database.repeatable
    .update(jobs)
    .set({ wakeAt: Date.now() + lease })
    .where(isMine(attempt))
    .returning({ id: jobs.id });
  return kept.length > 0;
}

/** Ends the job with what the attempt came to; false if the attempt was over before, and nothing changed. */
export async function finishJob(
  ctx: Context<null>,
  attempt: Attempt,
  { result, error, logs = [] }: Outcome,
): Promise<boolean> {
  const now = Date.now();
  const [ended] = await commit(ctx, [
    ctx.db
      .update(jobs)
      .set({
        ...{ ...endedAs(error ? "failed" : "succeeded", now), result, error: error ?? null },
        ...(error ? { errors: withError(attempt.attempt, error, now) } : { progress: 100 }),
        lines: sql`${jobs.lines} + ${logs.length}`,
      })
      .where(isMine(attempt))
      .returning({ id: jobs.id }),
    finished(ctx, attempt, error ? "failed" : "succeeded"),
    ctx.db.insert(jobLogs).select(
      sql`SELECT id, lines - ${logs.length} + 1, lines, ${attempt.attempt},
            ${JSON.stringify(logs)}, ${now}
          FROM jobs WHERE id = ${attempt.id} AND ${logs.length} > 0 AND changes() > 0`,
    ),
  ]);
  return ended.length > 0;
}

/** Notes that the attempt failed; the next may begin after `delay` milliseconds, if there is one. */
export async function failAttempt(
  ctx: Context<null>,
  attempt: Pick<Attempt, "id" | "ownerId" | "attempt" | "attemptsLeft">,
  error: JobError,
  delay: number,
  condition?: SQL,
): Promise<"queued" | "failed" | "overtaken"> {
  const now = Date.now();
  const errors = withError(attempt.attempt, error, now);
  const ends = attempt.attemptsLeft === 0;
  const change = ends
    ? { ...endedAs("failed", now), error }
    : {
        status: "queued" as const,
        runAt: now + delay,
        wakeAt: now + delay + minute,
        updatedAt: now,
      };
  const [changed] = await commit(ctx, [
    ctx.db
      .update(jobs)
      .set({ ...change, errors })
      .where(and(isMine(attempt), condition))
      .returning({ id: jobs.id }),
    ...(ends ? [finished(ctx, attempt, "failed")] : []),
  ]);
  if (changed.length === 0) return "overtaken";
  return ends ? "failed" : "queued";
}

export const endedAs = (status: "succeeded" | "failed" | "cancelled", now: number) => ({
  ...{ status, finishedAt: now, updatedAt: now },
  wakeAt: null,
});

export const finished = (
  ctx: AnyContext,
  { id, ownerId }: { id: string; ownerId: string },
  status: "succeeded" | "failed" | "cancelled",
) => emit(ctx, "job.finished", { jobId: id, ownerId, status });

function withError(attempt: number, { code, message }: JobError, now: number): SQL {
  const error = JSON.stringify({ attempt, code, message: message.slice(0, 500), at: iso(now) });
  return sql`json_insert(CASE WHEN json_array_length(${jobs.errors}) < ${mostErrors}
    THEN ${jobs.errors} ELSE json_remove(${jobs.errors}, '$[0]') END, '$[#]', json(${error}))`;
}
