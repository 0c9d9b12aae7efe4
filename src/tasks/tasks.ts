import { and, asc, desc, eq, gt, lt, type SQL, sql } from "drizzle-orm";
import type { AnyContext, Context } from "../data/context";
import { violates } from "../data/database";
import { commit } from "../data/outbox";
import { invalidate } from "../http/cache";
import { afterCursor, type Page, type PageQuery, pageOf } from "../http/page";
import { refuse as refuseAny } from "../http/problem";
import { isAtLeast } from "../identity/roles";
import { audited } from "../identity/trail";
import { newId } from "../lib/id";
import { epoch, iso } from "../lib/time";
import { refuse } from "./problems";
import type { NewTask, Task, TaskChange, TaskFilter } from "./schema";
import { never, tasks, taskView } from "./tables";

type Row = Omit<Task, "dueAt" | "createdAt" | "updatedAt"> & {
  dueAt: number;
  createdAt: number;
  updatedAt: number;
};

const present = (row: Row): Task => ({
  ...row,
  dueAt: row.dueAt === never ? null : iso(row.dueAt),
  createdAt: iso(row.createdAt),
  updatedAt: iso(row.updatedAt),
});

const assigneeExists = (error: unknown) => {
  throw violates(error, "FOREIGN KEY") ? refuse("assignee_not_found") : error;
};

export async function createTask(ctx: Context, input: NewTask): Promise<Task> {
  const id = newId();
  const now = Date.now();
  const row = { ...input, id, dueAt: epoch(input.dueAt) ?? never, createdAt: now, updatedAt: now };
  const [[task]] = await commit(
    ctx,
    [
      ctx.db
        .insert(tasks)
        .values({ ...row, createdBy: ctx.actor.id, version: 1 })
        .returning(taskView),
      audited(ctx, { action: "task.created", target: ["task", id] }),
    ],
    `/tasks/${id}`,
  ).catch(assigneeExists);
  invalidate(ctx, "tasks");
  return present(task!);
}

export async function readTask(ctx: AnyContext, id: string): Promise<Task> {
  const task = await ctx.db.select(taskView).from(tasks).where(eq(tasks.id, id)).get();
  if (!task) throw refuse("task_not_found");
  return present(task);
}

/** An administrator changes anything, the assignee the status. */
export async function changeTask(ctx: Context, id: string, change: TaskChange): Promise<Task> {
  const isAdmin = isAtLeast(ctx.actor.role, "admin");
  const { status, ...others } = change;
  if (!isAdmin && Object.keys(others).length > 0) throw refuse("status_only");
  const { dueAt, ...fields } = change;
  const [[task]] = await commit(ctx, [
    ctx.db
      .update(tasks)
      .set({
        ...fields,
        ...(dueAt !== undefined && { dueAt: epoch(dueAt) ?? never }),
        updatedAt: Date.now(),
        version: sql`${tasks.version} + 1`,
      })
      .where(and(isCurrent(ctx, id), isAdmin ? undefined : eq(tasks.assigneeId, ctx.actor.id)))
      .returning(taskView),
    audited(ctx, { action: "task.changed", target: ["task", id] }),
  ]).catch(assigneeExists);
  if (!task) throw await whyNot(ctx, id);
  invalidate(ctx, "tasks");
  return present(task);
}

export async function deleteTask(ctx: Context, id: string): Promise<void> {
  const [deleted] = await commit(ctx, [
    ctx.db.delete(tasks).where(isCurrent(ctx, id)).returning({ id: tasks.id }),
    audited(ctx, { action: "task.deleted", target: ["task", id] }),
  ]);
  if (deleted.length === 0) throw await whyNot(ctx, id);
  invalidate(ctx, "tasks");
}

/** Newest and oldest follow the id, which is a time; `due` puts tasks without a date last. */
export async function listTasks(
  ctx: AnyContext,
  { status, assigneeId, sort, limit, cursor }: TaskFilter & PageQuery,
): Promise<Page<Task>> {
  const list = `tasks|${status}|${assigneeId}|${sort}`;
  const after = await afterCursor<readonly [string, number]>(list, cursor);
  const order = {
    newest: [desc(tasks.id)],
    oldest: [asc(tasks.id)],
    due: [asc(tasks.dueAt), asc(tasks.id)],
  };
  const rest: Record<TaskFilter["sort"], SQL | undefined> = {
    newest: after ? lt(tasks.id, after[0]) : undefined,
    oldest: after ? gt(tasks.id, after[0]) : undefined,
    due: after ? sql`(${tasks.dueAt}, ${tasks.id}) > (${after[1]}, ${after[0]})` : undefined,
  };
  const rows = await ctx.db
    .select(taskView)
    .from(tasks)
    .where(
      and(
        status && eq(tasks.status, status),
        assigneeId ? eq(tasks.assigneeId, assigneeId) : undefined,
        rest[sort],
      ),
    )
    .orderBy(...order[sort])
    .limit(limit + 1);
  return pageOf(list, rows.map(present), limit, (last) => [last.id, epoch(last.dueAt) ?? never]);
}

const isCurrent = (ctx: Context, id: string) =>
  and(
    eq(tasks.id, id),
    ctx.expectedVersion === undefined ? undefined : eq(tasks.version, ctx.expectedVersion),
  );

/** Why a conditional write matched no row. */
async function whyNot(ctx: Context, id: string) {
  const { version } = await readTask(ctx, id);
  return ctx.expectedVersion !== undefined && ctx.expectedVersion !== version
    ? refuseAny("version_mismatch")
    : refuseAny("forbidden");
}
