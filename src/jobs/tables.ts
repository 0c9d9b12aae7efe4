import { sql } from "drizzle-orm";
import {
  check,
  index,
  integer,
  primaryKey,
  sqliteTable,
  text,
  uniqueIndex,
} from "drizzle-orm/sqlite-core";
import type { AttemptError, JobError } from "./schema";

export const jobs = sqliteTable(
  "jobs",
  {
    id: text().primaryKey(),
    ownerId: text("owner_id").notNull(),
    kind: text({ enum: ["code.run", "image.thumbnail"] }).notNull(),
    status: text({ enum: ["queued", "running", "succeeded", "failed", "cancelled"] }).notNull(),
    input: text({ mode: "json" }).$type<unknown>().notNull(),
    dedupeKey: text("dedupe_key"),
    runAt: integer("run_at").notNull(),
    /** Counts every claim, so it is the fencing token too: only the latest attempt may finish. */
    attempt: integer().notNull(),
    attemptsLeft: integer("attempts_left").notNull(),
    maxAttempts: integer("max_attempts").notNull(),
    /** When the sweep looks: a running job's lease is over, a queued one's message is due. */
    wakeAt: integer("wake_at"),
    /** Percent. */
    progress: integer().notNull(),
    /** Lines of log so far: their sequence is dense. */
    lines: integer().notNull(),
    result: text({ mode: "json" }).$type<unknown>(),
    error: text({ mode: "json" }).$type<JobError>(),
    errors: text({ mode: "json" }).$type<AttemptError[]>().notNull(),
    createdAt: integer("created_at").notNull(),
    startedAt: integer("started_at"),
    finishedAt: integer("finished_at"),
    updatedAt: integer("updated_at").notNull(),
  },
  (t) => [
    check(
      "jobs_status",
      sql`${t.status} IN ('queued', 'running', 'succeeded', 'failed', 'cancelled')`,
    ),
    check("jobs_ended", sql`(${t.finishedAt} IS NULL) = (${t.status} IN ('queued', 'running'))`),
    check("jobs_looked_after", sql`(${t.wakeAt} IS NULL) = (${t.finishedAt} IS NOT NULL)`),
    check("jobs_attempts_left", sql`${t.attemptsLeft} >= 0`),
    uniqueIndex("jobs_dedupe")
      .on(t.ownerId, t.kind, t.dedupeKey)
      .where(sql`${t.dedupeKey} IS NOT NULL`),
    index("jobs_of_owner").on(t.ownerId, t.id),
    index("jobs_of_owner_by_status").on(t.ownerId, t.status, t.id),
    index("jobs_wake").on(t.wakeAt).where(sql`${t.wakeAt} IS NOT NULL`),
    index("jobs_finished").on(t.finishedAt).where(sql`${t.finishedAt} IS NOT NULL`),
  ],
);

/** What jobs print, a row for all lines that came at once. */
export const jobLogs = sqliteTable(
  "job_logs",
  {
    jobId: text("job_id").notNull(),
    /** Of the first line; the others follow without a gap. */
    sequence: integer().notNull(),
    last: integer().notNull(),
    attempt: integer().notNull(),
    lines: text({ mode: "json" }).$type<{ level: string; text: string }[]>().notNull(),
    at: integer().notNull(),
  },
  (t) => [primaryKey({ columns: [t.jobId, t.sequence] }), index("job_logs_at").on(t.at)],
);

/** What a list shows of a job. */
export const jobView = {
  id: jobs.id,
  kind: jobs.kind,
  status: jobs.status,
  progress: jobs.progress,
  attempt: jobs.attempt,
  maxAttempts: jobs.maxAttempts,
  dedupeKey: jobs.dedupeKey,
  runAt: jobs.runAt,
  error: jobs.error,
  errors: jobs.errors,
  createdAt: jobs.createdAt,
  startedAt: jobs.startedAt,
  finishedAt: jobs.finishedAt,
  updatedAt: jobs.updatedAt,
};

export const wholeJobView = { ...jobView, input: jobs.input, result: jobs.result };
