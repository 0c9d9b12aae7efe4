import { env } from "cloudflare:workers";
import { and, desc, eq, gt, isNull, lt, sql } from "drizzle-orm";
import type { AnyContext, Context } from "../../data/context";
import { commit, emit } from "../../data/outbox";
import { isSealed, seal } from "../../data/secrets";
import { afterCursor, type Page, type PageQuery, pageOf } from "../../http/page";
import { audited } from "../../identity/trail";
import { newId } from "../../lib/id";
import { hour, iso } from "../../lib/time";
import { noted } from "./activity";
import { isLiving, mayIn, requireMember } from "./membership";
import { refuse } from "./problems";
import type { Invitation, IssuedInvitation, NewInvitation } from "./schema";
import { projectInvitations } from "./tables";

const view = {
  id: projectInvitations.id,
  role: projectInvitations.role,
  email: projectInvitations.email,
  invitedBy: projectInvitations.invitedBy,
  createdAt: projectInvitations.createdAt,
  expiresAt: projectInvitations.expiresAt,
};
type Row = { [K in keyof typeof view]: (typeof projectInvitations.$inferSelect)[K] };

const present = (row: Row): Invitation => ({
  ...row,
  createdAt: iso(row.createdAt),
  expiresAt: iso(row.expiresAt),
});

/** Neither used nor withdrawn nor expired. */
export const isOpen = () =>
  and(
    isNull(projectInvitations.acceptedAt),
    isNull(projectInvitations.revokedAt),
    gt(projectInvitations.expiresAt, Date.now()),
  );

/** The token is the id and its seal: it is stored nowhere, and can be made again for the mail. */
export const tokenOf = async (id: string) => `${id}~${await seal("project-invitation", id)}`;
export const linkTo = (token: string) => `${env.PUBLIC_URL}/#/invitations/${token}`;

export async function idOf(token: string): Promise<string | null> {
  const [id = "", sealed = "", ...more] = token.split("~");
  const isOurs = more.length === 0 && (await isSealed("project-invitation", id, sealed));
  return isOurs ? id : null;
}

/** By link, or by mail to an address: then only the account of that address may accept. */
export async function createInvitation(
  ctx: Context,
  projectId: string,
  { role, email, lifetime }: NewInvitation,
): Promise<IssuedInvitation> {
  const id = newId();
  const now = Date.now();
  const [[issued]] = await commit(
    ctx,
    [
      ctx.db
        .insert(projectInvitations)
        .select(
          sql`SELECT ${id}, ${projectId}, ${role}, ${email ?? null}, ${ctx.actor.id}, ${now},
            ${now + lifetime * hour}, NULL, NULL, NULL WHERE ${mayIn(ctx, projectId, "owner")}`,
        )
        .returning(view),
      noted(ctx, projectId, {
        action: "invitation.created",
        target: ["invitation", id],
        detail: { role, byMail: email !== undefined },
      }),
      ...(email === undefined ? [] : [emit(ctx, "invitation.created", { invitationId: id })]),
    ],
    `/projects/${projectId}/invitations`,
  );
  if (!issued) {
    await requireMember(ctx, projectId, "owner");
    throw refuse("project_not_found");
  }
  const token = email === undefined ? await tokenOf(id) : null;
  return { ...present(issued), token, link: token && linkTo(token) };
}

/** Those that can still be accepted. */
export async function listInvitations(
  ctx: Context,
  projectId: string,
  { limit, cursor }: PageQuery,
): Promise<Page<Invitation>> {
  const list = `invitations|${projectId}`;
  const after = await afterCursor<readonly [string]>(list, cursor);
  const rows = await ctx.db
    .select(view)
    .from(projectInvitations)
    .where(
      and(
        eq(projectInvitations.projectId, projectId),
        isOpen(),
        mayIn(ctx, projectId, "owner"),
        after ? lt(projectInvitations.id, after[0]) : undefined,
      ),
    )
    .orderBy(desc(projectInvitations.id))
    .limit(limit + 1);
  if (rows.length === 0) await requireMember(ctx, projectId, "owner");
  return pageOf(list, rows.map(present), limit, (last) => [last.id]);
}

export async function withdrawInvitation(ctx: Context, projectId: string, id: string) {
  const [withdrawn] = await commit(ctx, [
    ctx.db
      .update(projectInvitations)
      .set({ revokedAt: Date.now() })
      .where(
        and(
          eq(projectInvitations.id, id),
          eq(projectInvitations.projectId, projectId),
          isOpen(),
          mayIn(ctx, projectId, "owner"),
        ),
      )
      .returning({ id: projectInvitations.id }),
    noted(ctx, projectId, { action: "invitation.withdrawn", target: ["invitation", id] }),
    audited(ctx, {
      action: "project.invitation_withdrawn",
      target: ["project", projectId],
      detail: { invitationId: id },
    }),
  ]);
  if (withdrawn.length > 0) return;
  await requireMember(ctx, projectId, "owner");
  throw refuse("invitation_not_found");
}

/** What a mail says of it; null once nobody can accept it any more. */
export async function readOpenInvitation(ctx: AnyContext, id: string) {
  const [row] = await ctx.db
    .select()
    .from(projectInvitations)
    .where(
      and(eq(projectInvitations.id, id), isOpen(), isLiving(ctx, projectInvitations.projectId)),
    );
  return row ?? null;
}
