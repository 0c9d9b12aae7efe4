import { and, eq, exists, inArray, isNotNull, isNull, type SQL, sql } from "drizzle-orm";
import type { SQLiteColumn } from "drizzle-orm/sqlite-core";
import type { AnyContext, Context } from "../../data/context";
import { refuse } from "./problems";
import { type ProjectRole, projectRoles } from "./roles";
import { projectMembers, projects } from "./tables";

/** For a WHERE clause: who asks is a member of the project, of this role or a higher one. */
export const isMember = (
  ctx: Context,
  project: SQLiteColumn | SQL | string,
  least: ProjectRole,
): SQL =>
  exists(
    ctx.db
      .select({ yes: sql`1` })
      .from(projectMembers)
      .where(
        and(
          sql`${projectMembers.projectId} = ${project}`,
          eq(projectMembers.userId, ctx.actor.id),
          inArray(projectMembers.role, projectRoles.slice(projectRoles.indexOf(least))),
        ),
      ),
  );

/** For a WHERE clause: the project is not deleted. */
export const isLiving = (ctx: AnyContext, project: SQLiteColumn | SQL | string): SQL =>
  exists(
    ctx.db
      .select({ yes: sql`1` })
      .from(projects)
      .where(and(sql`${projects.id} = ${project}`, isNull(projects.deletedAt))),
  );

/** A member of this role or a higher one, in a project that is not deleted. */
export const mayIn = (ctx: Context, project: SQLiteColumn | SQL | string, least: ProjectRole) =>
  and(isMember(ctx, project, least), isLiving(ctx, project))!;

/** The role of who asks in a living project; null for strangers. */
export async function roleIn(ctx: Context, projectId: string): Promise<ProjectRole | null> {
  const row = await ctx.db
    .select({ role: projectMembers.role })
    .from(projectMembers)
    .where(
      and(
        eq(projectMembers.projectId, projectId),
        eq(projectMembers.userId, ctx.actor.id),
        isNotNull(projectMembers.role),
        isLiving(ctx, projectMembers.projectId),
      ),
    )
    .get();
  return row?.role ?? null;
}

/**
 * Why a statement that asked for membership matched nothing: 404 to strangers, 403 to members whose
 * role is too low, undefined for members who may, so that the cause lies elsewhere.
 */
export async function whyNotMember(ctx: Context, projectId: string, least: ProjectRole) {
  const role = await roleIn(ctx, projectId);
  if (!role) return refuse("project_not_found");
  const isEnough = projectRoles.indexOf(role) >= projectRoles.indexOf(least);
  return isEnough ? undefined : refuse("project_role_required");
}

/** Throws what `whyNotMember` finds. */
export async function requireMember(ctx: Context, projectId: string, least: ProjectRole) {
  const problem = await whyNotMember(ctx, projectId, least);
  if (problem) throw problem;
}
