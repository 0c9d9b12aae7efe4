import { and, asc, eq, lte, sql } from "drizzle-orm";
import type { Context } from "../data/context";
import { commit, emit, send } from "../data/outbox";
import { failAttempt } from "./attempts";
import { patience } from "./jobs";
import { jobs } from "./tables";

const most = 200;
const leaseOver = { code: "lease_expired", message: "The attempt gave no sign of life." };

/** Gives up attempts whose lease is over, and sends the messages of jobs that are due. */
export async function sweepJobs(ctx: Context<null>): Promise<void> {
  const { id, ownerId, status, attempt, attemptsLeft, wakeAt } = jobs;
  const now = Date.now();
  const rows = await ctx.db
    .select({ id, ownerId, status, attempt, attemptsLeft })
    .from(jobs)
    .where(and(lte(wakeAt, now), sql`${wakeAt} IS NOT NULL`))
    .orderBy(asc(wakeAt))
    .limit(most);
  for (const row of rows)
    if (row.status === "running") await failAttempt(ctx, row, leaseOver, 0, lte(wakeAt, now));
  const due = rows.flatMap((row) =>
    row.status === "queued" || row.attemptsLeft > 0
      ? [
          ctx.db
            .update(jobs)
            .set({ wakeAt: now + patience })
            .where(and(eq(id, row.id), eq(status, "queued"), lte(jobs.runAt, Date.now()))),
          emit(ctx, "job.due", { jobId: row.id }, "JOBS"),
        ]
      : [],
  );
  const [first, ...others] = due;
  if (!first) return;
  await commit(ctx, [first, ...others]);
  await send(ctx);
}
