import { and, eq, isNull, or, sql } from "drizzle-orm";
import type { Context } from "../../data/context";
import { commit, emit } from "../../data/outbox";
import { audited } from "../../identity/trail";
import { users } from "../../identity/users/tables";
import { noted } from "./activity";
import { idOf, isOpen } from "./invitations";
import { isLiving, roleIn } from "./membership";
import { refuse } from "./problems";
import { readProject } from "./projects";
import { spreadMembership } from "./rooms";
import type { Project } from "./schema";
import { projectInvitations, projectMembers } from "./tables";

/** Takes an invitation once, whoever races for it; somebody who left before comes back. */
export async function acceptInvitation(ctx: Context, token: string): Promise<Project> {
  const id = await idOf(token);
  const [invitation] = id
    ? await ctx.db.select().from(projectInvitations).where(eq(projectInvitations.id, id))
    : [];
  if (!invitation) throw refuse("invitation_not_found");
  const { projectId, role } = invitation;
  const now = Date.now();
  const userId = ctx.actor.id;
  const [taken] = await commit(
    ctx,
    [
      ctx.db
        .update(projectInvitations)
        .set({ acceptedAt: now, acceptedBy: userId })
        .where(
          and(
            eq(projectInvitations.id, invitation.id),
            isOpen(),
            isLiving(ctx, projectInvitations.projectId),
            or(isNull(projectInvitations.email), isAddressed(ctx)),
            isStranger(ctx, projectId),
          ),
        )
        .returning({ id: projectInvitations.id }),
      ctx.db
        .insert(projectMembers)
        .select(sql`SELECT ${projectId}, ${userId}, ${role}, 1, ${now} WHERE changes() > 0`)
        .onConflictDoUpdate({
          target: [projectMembers.projectId, projectMembers.userId],
          set: { role, epoch: sql`${projectMembers.epoch} + 1`, createdAt: now },
        }),
      noted(ctx, projectId, {
        action: "member.joined",
        target: ["user", userId],
        detail: { role },
      }),
      audited(ctx, {
        action: "project.member_joined",
        target: ["project", projectId],
        detail: { userId, role },
      }),
      emit(ctx, "membership.changed", { projectId, userId }),
    ],
    `/projects/${projectId}`,
  );
  if (taken.length === 0) throw await whyNotTaken(ctx, invitation);
  await spreadMembership(ctx, projectId, userId);
  return readProject(ctx, projectId);
}

/** The invitation is for the address of whoever asks. */
const isAddressed = (ctx: Context) =>
  eq(
    projectInvitations.email,
    sql`(SELECT ${users.email} FROM ${users} WHERE ${users.id} = ${ctx.actor.id})`,
  );

const isStranger = (ctx: Context, projectId: string) =>
  sql`NOT EXISTS ${ctx.db
    .select({ yes: sql`1` })
    .from(projectMembers)
    .where(
      and(
        eq(projectMembers.projectId, projectId),
        eq(projectMembers.userId, ctx.actor.id),
        sql`${projectMembers.role} IS NOT NULL`,
      ),
    )}`;

async function whyNotTaken(
  ctx: Context,
  { id, projectId, email }: typeof projectInvitations.$inferSelect,
) {
  if (email !== null) {
    const [own] = await ctx.db
      .select({ email: users.email })
      .from(users)
      .where(eq(users.id, ctx.actor.id));
    if (own?.email !== email) return refuse("invitation_of_another");
  }
  const [open] = await ctx.db
    .select({ id: projectInvitations.id })
    .from(projectInvitations)
    .where(and(eq(projectInvitations.id, id), isOpen()));
  if (open && (await roleIn(ctx, projectId))) return refuse("already_project_member");
  return refuse("invitation_over");
}
