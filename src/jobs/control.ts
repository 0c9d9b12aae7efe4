import { and, eq, inArray } from "drizzle-orm";
import type { Context } from "../data/context";
import { commit, emit } from "../data/outbox";
import { endedAs, finished } from "./attempts";
import { patience, present, readJob } from "./jobs";
import { refuse } from "./problems";
import type { Job } from "./schema";
import { jobs, wholeJobView } from "./tables";

const isMine = (ctx: Context, id: string) => and(eq(jobs.id, id), eq(jobs.ownerId, ctx.actor.id));

/** At once, for whoever still runs it can finish nothing any more and stops within seconds. */
export async function cancelJob(ctx: Context, id: string): Promise<Job> {
  const [[row]] = await commit(ctx, [
    ctx.db
      .update(jobs)
      .set(endedAs("cancelled", Date.now()))
      .where(and(isMine(ctx, id), inArray(jobs.status, ["queued", "running"])))
      .returning(wholeJobView),
    finished(ctx, { id, ownerId: ctx.actor.id }, "cancelled"),
  ]);
  if (row) return present(row);
  await readJob(ctx, id);
  throw refuse("job_finished");
}

/** Queues a failed or cancelled job again, with all its attempts before it. */
export async function retryJob(ctx: Context, id: string): Promise<Job> {
  const now = Date.now();
  const again = { status: "queued" as const, runAt: now, wakeAt: now + patience, updatedAt: now };
  const cleared = { attemptsLeft: jobs.maxAttempts, progress: 0, result: null, error: null };
  const [[row]] = await commit(ctx, [
    ctx.db
      .update(jobs)
      .set({ ...again, ...cleared, finishedAt: null } as never)
      .where(and(isMine(ctx, id), inArray(jobs.status, ["failed", "cancelled"])))
      .returning(wholeJobView),
    emit(ctx, "job.due", { jobId: id }, "JOBS"),
  ]);
  if (row) return present(row);
  await readJob(ctx, id);
  throw refuse("job_not_retryable");
}
