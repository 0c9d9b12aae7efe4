import { and, desc, eq, lt, sql } from "drizzle-orm";
import type { AnyContext, Context } from "../data/context";
import { commit, emit } from "../data/outbox";
import { afterCursor, type Page, pageOf } from "../http/page";
import { utf8 } from "../lib/crypto";
import { newId } from "../lib/id";
import { epoch, iso, minute } from "../lib/time";
import { isOn } from "../operations/flags/flags";
import { refuse } from "./problems";
import { requestOf } from "./runCodeJob";
import { Failure } from "./sandbox/failure";
import { readGiven } from "./sandbox/given";
import type { Job, JobFilter, JobLogLine, JobSummary, LogQuery, NewJob } from "./schema";
import { jobs, jobView, wholeJobView } from "./tables";

/** Bytes of a job's input in its row; D1 refuses rows of 2 MB. */
const mostInput = 1_300_000;
/** After this, the sweep sends the message of a job again that nobody has begun. */
export const patience = 5 * minute;

type Row = { [K in keyof typeof jobView]: (typeof jobs.$inferSelect)[K] };
type WholeRow = { [K in keyof typeof wholeJobView]: (typeof jobs.$inferSelect)[K] };

export const presentSummary = (row: Row): JobSummary => ({
  ...row,
  runAt: iso(row.runAt),
  createdAt: iso(row.createdAt),
  startedAt: iso(row.startedAt),
  finishedAt: iso(row.finishedAt),
  updatedAt: iso(row.updatedAt),
});

export const present = ({ input, result, ...row }: WholeRow): Job => ({
  ...presentSummary(row),
  input,
  result,
});

/**
 * The flag `jobs.<kind>` opens and closes a kind, or opens it to some; what is queued runs on.
 * The same `dedupeKey` of the same owner and kind again changes nothing and answers the first job.
 */
export async function submitJob(ctx: Context, job: NewJob): Promise<Job> {
  checkInput(job);
  if (!(await isOn(ctx, `jobs.${job.kind}`, true))) throw refuse("job_kind_closed");
  const now = Date.now();
  const [id, ownerId] = [newId(), ctx.actor.id];
  const { kind, input, dedupeKey = null, maxAttempts } = job;
  const runAt = Math.max(now, epoch(job.runAt) ?? now);
  const isDue = runAt === now;
  const [[created], , [same]] = await commit(
    ctx,
    [
      ctx.db
        .insert(jobs)
        .values({
          ...{ id, ownerId, kind, input, dedupeKey, maxAttempts, runAt, status: "queued" },
          ...{ attempt: 0, attemptsLeft: maxAttempts, progress: 0, lines: 0, errors: [] },
          ...{ wakeAt: isDue ? now + patience : runAt, createdAt: now, updatedAt: now },
        })
        .onConflictDoNothing()
        .returning(wholeJobView),
      emit(ctx, "job.due", { jobId: id }, "JOBS", sql`${isDue ? 1 : 0}`),
      ctx.db
        .select(wholeJobView)
        .from(jobs)
        .where(and(eq(jobs.ownerId, ownerId), eq(jobs.kind, kind), isNamed(dedupeKey))),
    ],
    dedupeKey === null ? `/jobs/${id}` : undefined,
  );
  const row = created ?? same;
  if (!row) throw new Error("the job was neither made nor found");
  return present(row);
}

/** Spelled so that the partial index is used. */
const isNamed = (key: string | null) =>
  sql`${jobs.dedupeKey} = ${key} AND ${jobs.dedupeKey} IS NOT NULL`;

function checkInput(job: NewJob): void {
  try {
    if (job.kind === "code.run") readGiven(requestOf(job.input));
  } catch (error) {
    throw error instanceof Failure ? refuse("job_too_large", { detail: error.message }) : error;
  }
  if (utf8(JSON.stringify(job.input)).length > mostInput) throw refuse("job_too_large");
}

const isMine = (ctx: Context, id: string) => and(eq(jobs.id, id), eq(jobs.ownerId, ctx.actor.id));

export async function readJob(ctx: Context, id: string): Promise<Job> {
  const row = await ctx.db.select(wholeJobView).from(jobs).where(isMine(ctx, id)).get();
  if (!row) throw refuse("job_not_found");
  return present(row);
}

/** One's own, the latest first. */
export async function listJobs(ctx: Context, filter: JobFilter): Promise<Page<JobSummary>> {
  const { kind, status, limit, cursor } = filter;
  const list = JSON.stringify(["jobs", ctx.actor.id, kind, status]);
  const after = await afterCursor<readonly [string]>(list, cursor);
  const rows = await ctx.db
    .select(jobView)
    .from(jobs)
    .where(
      and(
        eq(jobs.ownerId, ctx.actor.id),
        kind && eq(jobs.kind, kind),
        status && eq(jobs.status, status),
        after ? lt(jobs.id, after[0]) : undefined,
      ),
    )
    .orderBy(desc(jobs.id))
    .limit(limit + 1);
  const page = await pageOf(list, rows, limit, (last) => [last.id]);
  return { ...page, items: page.items.map(presentSummary) };
}

type Line = Omit<JobLogLine, "at"> & { at: number };

/** What the job printed, in the order of its sequence; a late reader gets the same lines. */
export async function listLogs(
  ctx: Context,
  id: string,
  { after, limit, cursor }: LogQuery,
): Promise<Page<JobLogLine>> {
  const mine = await ctx.db.select({ id: jobs.id }).from(jobs).where(isMine(ctx, id)).get();
  if (!mine) throw refuse("job_not_found");
  const list = JSON.stringify(["job-logs", id]);
  const from = (await afterCursor<readonly [number]>(list, cursor))?.[0] ?? after;
  const rows = await readLines(ctx, id, from, limit + 1);
  const page = await pageOf(list, rows, limit, (last) => [last.sequence]);
  return { ...page, items: page.items.map((line) => ({ ...line, at: iso(line.at) })) };
}

const readLines = (ctx: AnyContext, id: string, after: number, limit: number) =>
  ctx.db.all<Line>(
    sql`SELECT l.sequence + e.key AS sequence, l.attempt AS attempt, l.at AS at,
          e.value ->> 'level' AS level, e.value ->> 'text' AS text
        FROM job_logs AS l, json_each(l.lines) AS e
        WHERE l.job_id = ${id} AND l.last > ${after} AND l.sequence + e.key > ${after}
        ORDER BY l.sequence, e.key LIMIT ${limit}`,
  );
