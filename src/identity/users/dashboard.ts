import { and, count, desc, eq, inArray } from "drizzle-orm";
import type { Context } from "../../data/context";
import { cached } from "../../http/cache";
import { iso } from "../../lib/time";
import { never, tasks } from "../../tasks/tables";
import type { Dashboard } from "../schema";

const latest = 5;

/** What waits for a person, in one round trip: each domain has its statements in the batch. */
export const readDashboard = (ctx: Context) =>
  cached(ctx, { key: "dashboard", tags: ["tasks"], seconds: 5 }, async (): Promise<Dashboard> => {
    const mine = eq(tasks.assigneeId, ctx.actor.id);
    const { id, title, status, dueAt } = tasks;
    const [counted, latestTasks] = await ctx.db.batch([
      ctx.db
        .select({ status, open: count() })
        .from(tasks)
        .where(and(mine, inArray(status, ["todo", "in_progress"])))
        .groupBy(status),
      ctx.db
        .select({ id, title, status, dueAt })
        .from(tasks)
        .where(mine)
        .orderBy(desc(id))
        .limit(latest),
    ]);
    const open = (wanted: string) => counted.find((one) => one.status === wanted)?.open ?? 0;
    return {
      tasks: {
        todo: open("todo"),
        inProgress: open("in_progress"),
        latest: latestTasks.map((task) => {
          return { ...task, dueAt: task.dueAt === never ? null : iso(task.dueAt) };
        }),
      },
    };
  });
