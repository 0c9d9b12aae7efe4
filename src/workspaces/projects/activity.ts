import { and, desc, eq, lt, sql } from "drizzle-orm";
import type { BatchItem } from "drizzle-orm/batch";
import type { Context } from "../../data/context";
import { afterCursor, type Page, type PageQuery, pageOf } from "../../http/page";
import { users } from "../../identity/users/tables";
import { newId } from "../../lib/id";
import { iso } from "../../lib/time";
import { mayIn, requireMember } from "./membership";
import type { Activity } from "./schema";
import { activity } from "./tables";

type Deed = {
  action: string;
  target: readonly [type: string, id: string];
  detail?: Record<string, string | number | boolean | null | undefined>;
};

/** The line in the feed of what the statement before it in the batch changed, if it did. */
export function noted(
  ctx: Context,
  projectId: string,
  { action, target: [type, id], detail = {} }: Deed,
): BatchItem<"sqlite"> {
  return ctx.db.insert(activity).select(
    sql`SELECT ${newId()}, ${projectId}, ${ctx.actor.id}, ${action}, ${type}, ${id},
      ${JSON.stringify(detail)}, ${Date.now()} WHERE changes() > 0`,
  );
}

export async function listActivity(
  ctx: Context,
  projectId: string,
  { limit, cursor }: PageQuery,
): Promise<Page<Activity>> {
  const list = `activity|${projectId}`;
  const after = await afterCursor<readonly [string]>(list, cursor);
  const rows = await ctx.db
    .select({
      id: activity.id,
      actorId: activity.actorId,
      actorName: users.displayName,
      action: activity.action,
      targetType: activity.targetType,
      targetId: activity.targetId,
      detail: activity.detail,
      createdAt: activity.createdAt,
    })
    .from(activity)
    .leftJoin(users, eq(users.id, activity.actorId))
    .where(
      and(
        eq(activity.projectId, projectId),
        mayIn(ctx, projectId, "viewer"),
        after ? lt(activity.id, after[0]) : undefined,
      ),
    )
    .orderBy(desc(activity.id))
    .limit(limit + 1);
  if (rows.length === 0) await requireMember(ctx, projectId, "viewer");
  const items = rows.map((row) => ({ ...row, createdAt: iso(row.createdAt) }));
  return pageOf(list, items, limit, (last) => [last.id]);
}
