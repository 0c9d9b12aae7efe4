import { and, desc, eq, gt, isNotNull, isNull, lt, sql } from "drizzle-orm";
import type { Context } from "../../data/context";
import { commit } from "../../data/outbox";
import { afterCursor, type Page, pageOf } from "../../http/page";
import { refuse as refuseAny } from "../../http/problem";
import { audited } from "../../identity/trail";
import { newId } from "../../lib/id";
import { day, iso } from "../../lib/time";
import { noted } from "./activity";
import { isMember, requireMember } from "./membership";
import { refuse } from "./problems";
import type { ProjectRole } from "./roles";
import { switchRooms } from "./rooms";
import type { NewProject, Project, ProjectChange, ProjectQuery } from "./schema";
import { projectMembers, projects, projectView } from "./tables";

/** How long what was deleted can be had back. */
export const restorable = 30 * day;

type Row = { [K in keyof typeof projectView]: (typeof projects.$inferSelect)[K] };

const present = (row: Row, role: ProjectRole): Project => ({
  ...row,
  role,
  deletedAt: iso(row.deletedAt),
  createdAt: iso(row.createdAt),
  updatedAt: iso(row.updatedAt),
});

export async function createProject(ctx: Context, input: NewProject): Promise<Project> {
  const id = newId();
  const now = Date.now();
  const [[project]] = await commit(
    ctx,
    [
      ctx.db
        .insert(projects)
        .values({ ...input, id, createdAt: now, updatedAt: now })
        .returning(projectView),
      ctx.db
        .insert(projectMembers)
        .values({ projectId: id, userId: ctx.actor.id, role: "owner", createdAt: now }),
      noted(ctx, id, { action: "project.created", target: ["project", id] }),
    ],
    `/projects/${id}`,
  );
  return present(project!, "owner");
}

/** Of those that are deleted, only what the owner may still restore. */
export async function listProjects(ctx: Context, query: ProjectQuery): Promise<Page<Project>> {
  const { limit, cursor, state } = query;
  const list = `projects|${state}|${ctx.actor.id}`;
  const after = await afterCursor<readonly [string]>(list, cursor);
  const rows = await ctx.db
    .select({ ...projectView, role: projectMembers.role })
    .from(projectMembers)
    .innerJoin(projects, eq(projects.id, projectMembers.projectId))
    .where(
      and(
        eq(projectMembers.userId, ctx.actor.id),
        isNotNull(projectMembers.role),
        state === "living"
          ? isNull(projects.deletedAt)
          : and(eq(projectMembers.role, "owner"), gt(projects.deletedAt, Date.now() - restorable)),
        after ? lt(projectMembers.projectId, after[0]) : undefined,
      ),
    )
    .orderBy(desc(projectMembers.projectId))
    .limit(limit + 1);
  const items = rows.map(({ role, ...project }) => present(project, role!));
  return pageOf(list, items, limit, (last) => [last.id]);
}

export async function readProject(ctx: Context, id: string): Promise<Project> {
  const [row] = await ctx.db
    .select({ ...projectView, role: projectMembers.role })
    .from(projects)
    .innerJoin(
      projectMembers,
      and(eq(projectMembers.projectId, projects.id), eq(projectMembers.userId, ctx.actor.id)),
    )
    .where(and(eq(projects.id, id), isNull(projects.deletedAt)));
  if (!row?.role) throw refuse("project_not_found");
  const { role, ...project } = row;
  return present(project, role);
}

export async function changeProject(ctx: Context, id: string, change: ProjectChange) {
  const expected = ctx.expectedVersion;
  const [changed] = await commit(ctx, [
    ctx.db
      .update(projects)
      .set({ ...change, updatedAt: Date.now(), version: sql`${projects.version} + 1` })
      .where(
        and(
          eq(projects.id, id),
          isNull(projects.deletedAt),
          expected === undefined ? undefined : eq(projects.version, expected),
          isMember(ctx, projects.id, "owner"),
        ),
      )
      .returning(projectView),
    noted(ctx, id, {
      action: "project.changed",
      target: ["project", id],
      detail: { fields: Object.keys(change).join() },
    }),
  ]);
  if (changed[0]) return present(changed[0], "owner");
  await requireMember(ctx, id, "owner");
  throw refuseAny("version_mismatch");
}

/** For 30 days it can be restored. Everybody is out of its rooms when this returns. */
export async function deleteProject(ctx: Context, id: string): Promise<void> {
  const expected = ctx.expectedVersion;
  const now = Date.now();
  const [deleted] = await commit(ctx, [
    ctx.db
      .update(projects)
      .set({ deletedAt: now, updatedAt: now, version: sql`${projects.version} + 1` })
      .where(
        and(
          eq(projects.id, id),
          expected === undefined ? undefined : eq(projects.version, expected),
          isNull(projects.deletedAt),
          isMember(ctx, projects.id, "owner"),
        ),
      )
      .returning({ id: projects.id }),
    noted(ctx, id, { action: "project.deleted", target: ["project", id] }),
    audited(ctx, { action: "project.deleted", target: ["project", id] }),
  ]);
  if (deleted.length === 0) {
    await requireMember(ctx, id, "owner");
    throw refuseAny("version_mismatch");
  }
  await switchRooms(ctx, id, false);
}

export async function restoreProject(ctx: Context, id: string): Promise<Project> {
  const now = Date.now();
  const [restored] = await commit(ctx, [
    ctx.db
      .update(projects)
      .set({ deletedAt: null, updatedAt: now, version: sql`${projects.version} + 1` })
      .where(
        and(
          eq(projects.id, id),
          gt(projects.deletedAt, now - restorable),
          isMember(ctx, projects.id, "owner"),
        ),
      )
      .returning(projectView),
    noted(ctx, id, { action: "project.restored", target: ["project", id] }),
    audited(ctx, { action: "project.restored", target: ["project", id] }),
  ]);
  if (restored.length === 0) {
    await requireMember(ctx, id, "owner");
    return readProject(ctx, id);
  }
  await switchRooms(ctx, id, true);
  return present(restored[0]!, "owner");
}
