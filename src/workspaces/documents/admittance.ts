import { and, eq, inArray, isNull, sql } from "drizzle-orm";
import type { Context } from "../../data/context";
import { isMember } from "../projects/membership";
import { refuse as refuseProject } from "../projects/problems";
import { type ProjectRole, projectRoles } from "../projects/roles";
import { projectMembers, projects } from "../projects/tables";
import { refuse } from "./problems";
import { documents, documentVisits } from "./tables";

const enough = (least: ProjectRole) => projectRoles.slice(projectRoles.indexOf(least));

/** The living documents of living projects that whoever asks is a member of, with their role. */
const membersDocument = (ctx: Context, documentId: string) =>
  and(
    eq(documents.id, documentId),
    isNull(documents.deletedAt),
    isNull(projects.deletedAt),
    eq(projectMembers.userId, ctx.actor.id),
  );

/**
 * Lets somebody at a document's room who will change something there or stay. One statement reads
 * the role and notes the visit, so whoever takes the role away later knows of this room.
 */
export async function admitTo(ctx: Context, documentId: string, least: ProjectRole) {
  const [visit] = await ctx.database.repeatable
    .insert(documentVisits)
    .select(
      sql`SELECT ${projectMembers.userId}, ${documents.projectId}, ${documents.id},
        ${projectMembers.role}, ${projectMembers.epoch}, ${Date.now()}
        FROM ${documents} JOIN ${projects} ON ${projects.id} = ${documents.projectId}
        JOIN ${projectMembers} ON ${projectMembers.projectId} = ${documents.projectId}
        WHERE ${membersDocument(ctx, documentId)} AND ${inArray(projectMembers.role, enough(least))}`,
    )
    .onConflictDoUpdate({
      target: [documentVisits.userId, documentVisits.projectId, documentVisits.documentId],
      set: {
        role: sql`excluded.role`,
        epoch: sql`excluded.epoch`,
        at: sql`excluded.at`,
      },
    })
    .returning({
      role: documentVisits.role,
      epoch: documentVisits.epoch,
      projectId: documentVisits.projectId,
    });
  if (!visit) throw await whyNotAdmitted(ctx, documentId);
  return visit;
}

/** Lets somebody read what is in a document's room now. */
export async function requireReader(ctx: Context, documentId: string) {
  const [row] = await ctx.db
    .select({
      role: projectMembers.role,
      projectId: documents.projectId,
      path: documents.path,
      language: documents.language,
    })
    .from(documents)
    .innerJoin(projects, eq(projects.id, documents.projectId))
    .innerJoin(projectMembers, eq(projectMembers.projectId, documents.projectId))
    .where(membersDocument(ctx, documentId));
  if (!row?.role) throw refuse("document_not_found");
  const { role, ...document } = row;
  return { ...document, role };
}

/** For those who were not let in: 404 to strangers, 403 to members of too low a role. */
export async function whyNotAdmitted(ctx: Context, documentId: string) {
  const found = await requireReader(ctx, documentId).catch((problem) => problem);
  return found instanceof Error ? found : refuseProject("project_role_required");
}

/** For the WHERE clause of a statement on `documents`: who asks may, and the project lives. */
export const mayChange = (ctx: Context) =>
  and(
    isMember(ctx, documents.projectId, "collaborator"),
    sql`EXISTS (SELECT 1 FROM ${projects} WHERE ${projects.id} = ${documents.projectId}
      AND ${projects.deletedAt} IS NULL)`,
  );
