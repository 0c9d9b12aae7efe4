import { and, eq, gt, isNotNull, ne, sql } from "drizzle-orm";
import type { Context } from "../../data/context";
import { commit, emit } from "../../data/outbox";
import { afterCursor, type Page, type PageQuery, pageOf } from "../../http/page";
import { audited } from "../../identity/trail";
import { users } from "../../identity/users/tables";
import { iso } from "../../lib/time";
import { noted } from "./activity";
import { mayIn, requireMember } from "./membership";
import { refuse } from "./problems";
import type { ProjectRole } from "./roles";
import { spreadMembership } from "./rooms";
import type { ProjectMember } from "./schema";
import { projectMembers } from "./tables";

export async function listMembers(
  ctx: Context,
  projectId: string,
  { limit, cursor }: PageQuery,
): Promise<Page<ProjectMember>> {
  const list = `project-members|${projectId}`;
  const after = await afterCursor<readonly [string]>(list, cursor);
  const rows = await ctx.db
    .select({
      userId: projectMembers.userId,
      displayName: users.displayName,
      role: projectMembers.role,
      createdAt: projectMembers.createdAt,
    })
    .from(projectMembers)
    .innerJoin(users, eq(users.id, projectMembers.userId))
    .where(
      and(
        eq(projectMembers.projectId, projectId),
        isNotNull(projectMembers.role),
        mayIn(ctx, projectId, "viewer"),
        after ? gt(projectMembers.userId, after[0]) : undefined,
      ),
    )
    .orderBy(projectMembers.userId)
    .limit(limit + 1);
  if (rows.length === 0) await requireMember(ctx, projectId, "viewer");
  const items = rows.map((row) => ({ ...row, role: row.role!, createdAt: iso(row.createdAt) }));
  return pageOf(list, items, limit, (last) => [last.userId]);
}

/** Owners change roles; the last owner stays owner. In the rooms it holds when this returns. */
export async function changeRole(
  ctx: Context,
  projectId: string,
  userId: string,
  role: ProjectRole,
): Promise<void> {
  const [changed] = await commit(ctx, [
    ctx.db
      .update(projectMembers)
      .set({ role, epoch: sql`${projectMembers.epoch} + 1` })
      .where(
        and(
          isOf(projectId, userId),
          role === "owner" ? undefined : keepsAnOwner(ctx, projectId, userId),
          mayIn(ctx, projectId, "owner"),
        ),
      )
      .returning({ epoch: projectMembers.epoch }),
    noted(ctx, projectId, {
      action: "member.changed",
      target: ["user", userId],
      detail: { role },
    }),
    audited(ctx, {
      action: "project.member_changed",
      target: ["project", projectId],
      detail: { userId, role },
    }),
    emit(ctx, "membership.changed", { projectId, userId }),
  ]);
  if (changed.length === 0) throw await whyKept(ctx, projectId, userId, "owner");
  await spreadMembership(ctx, projectId, userId);
}

/** Owners remove anybody, everybody may leave; the last owner can do neither. */
export async function removeMember(ctx: Context, projectId: string, userId: string): Promise<void> {
  const leaves = userId === ctx.actor.id;
  const [removed] = await commit(ctx, [
    ctx.db
      .update(projectMembers)
      .set({ role: null, epoch: sql`${projectMembers.epoch} + 1` })
      .where(
        and(
          isOf(projectId, userId),
          keepsAnOwner(ctx, projectId, userId),
          mayIn(ctx, projectId, leaves ? "viewer" : "owner"),
        ),
      )
      .returning({ epoch: projectMembers.epoch }),
    noted(ctx, projectId, {
      action: leaves ? "member.left" : "member.removed",
      target: ["user", userId],
    }),
    audited(ctx, {
      action: "project.member_removed",
      target: ["project", projectId],
      detail: { userId },
    }),
    emit(ctx, "membership.changed", { projectId, userId }),
  ]);
  if (removed.length === 0)
    throw await whyKept(ctx, projectId, userId, leaves ? "viewer" : "owner");
  await spreadMembership(ctx, projectId, userId);
}

/** Somebody else becomes owner in one's stead; one stays as a collaborator. */
export async function transferProject(ctx: Context, projectId: string, userId: string) {
  const now = sql`${projectMembers.epoch} + 1`;
  const [raised] = await commit(ctx, [
    ctx.db
      .update(projectMembers)
      .set({ role: "owner", epoch: now })
      .where(
        and(
          isOf(projectId, userId),
          ne(projectMembers.userId, ctx.actor.id),
          mayIn(ctx, projectId, "owner"),
        ),
      )
      .returning({ epoch: projectMembers.epoch }),
    ctx.db
      .update(projectMembers)
      .set({ role: "collaborator", epoch: now })
      .where(and(isOf(projectId, ctx.actor.id), sql`changes() > 0`)),
    noted(ctx, projectId, { action: "project.transferred", target: ["user", userId] }),
    audited(ctx, {
      action: "project.transferred",
      target: ["project", projectId],
      detail: { userId },
    }),
    emit(ctx, "membership.changed", { projectId, userId }),
    emit(ctx, "membership.changed", { projectId, userId: ctx.actor.id }),
  ]);
  if (raised.length === 0) throw await whyKept(ctx, projectId, userId, "owner");
  await spreadMembership(ctx, projectId, userId);
  await spreadMembership(ctx, projectId, ctx.actor.id);
}

const isOf = (projectId: string, userId: string) =>
  and(
    eq(projectMembers.projectId, projectId),
    eq(projectMembers.userId, userId),
    isNotNull(projectMembers.role),
  );

/** Somebody other than this person owns the project too, or this person does not. */
const keepsAnOwner = (ctx: Context, projectId: string, userId: string) => {
  const owner = (who: ReturnType<typeof eq>) =>
    ctx.db
      .select({ yes: sql`1` })
      .from(projectMembers)
      .where(and(eq(projectMembers.projectId, projectId), eq(projectMembers.role, "owner"), who));
  return sql`(EXISTS ${owner(ne(projectMembers.userId, userId))}
    OR NOT EXISTS ${owner(eq(projectMembers.userId, userId))})`;
};

async function whyKept(ctx: Context, projectId: string, userId: string, least: ProjectRole) {
  await requireMember(ctx, projectId, least);
  const [there] = await ctx.db
    .select({ role: projectMembers.role })
    .from(projectMembers)
    .where(isOf(projectId, userId));
  return refuse(there ? "last_project_owner" : "project_member_not_found");
}
