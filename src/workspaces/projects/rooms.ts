import { env } from "cloudflare:workers";
import { and, eq, inArray, isNull } from "drizzle-orm";
import { attempt } from "../../data/attempt";
import type { AnyContext } from "../../data/context";
import type { Consumer } from "../../jobs/consume";
import { documents, documentVisits } from "../documents/tables";
import { projectMembers } from "./tables";

type Room = ReturnType<typeof env.DOCUMENT_ROOM.getByName>;
const atOnce = 20;

/** Asks every one of these rooms; what it does there may run twice. */
export async function tellRooms(ids: readonly string[], tell: (room: Room) => Promise<unknown>) {
  for (let i = 0; i < ids.length; i += atOnce)
    await Promise.all(
      ids
        .slice(i, i + atOnce)
        .map((id) =>
          attempt(() => tell(env.DOCUMENT_ROOM.getByName(id)), { repeatable: true, within: 5_000 }),
        ),
    );
}

/** Brings every room that this person was ever in to what D1 says of the membership now. */
export async function spreadMembership(ctx: AnyContext, projectId: string, userId: string) {
  const where = and(eq(projectMembers.projectId, projectId), eq(projectMembers.userId, userId));
  const [member] = await ctx.db.select().from(projectMembers).where(where);
  if (!member) return;
  const { role, epoch } = member;
  const visits = await ctx.db
    .select({ id: documentVisits.documentId })
    .from(documentVisits)
    .where(and(eq(documentVisits.userId, userId), eq(documentVisits.projectId, projectId)));
  await tellRooms(
    visits.map(({ id }) => id),
    (room) => (role ? room.setAccess(userId, role, epoch) : room.revoke(userId, epoch)),
  );
}

/** Closes the rooms of a project, or opens those whose document is not deleted itself. */
export async function switchRooms(ctx: AnyContext, projectId: string, open: boolean) {
  const visited = ctx.db
    .select({ id: documentVisits.documentId })
    .from(documentVisits)
    .where(eq(documentVisits.projectId, projectId));
  const rooms = await ctx.db
    .select({ id: documents.id })
    .from(documents)
    .where(and(inArray(documents.id, visited), isNull(documents.deletedAt)));
  await tellRooms(
    rooms.map(({ id }) => id),
    (room) => (open ? room.reopen() : room.close()),
  );
}

/** Makes up for a request that died between its commit and the rooms. */
export const followMembership: Consumer<"membership.changed"> = (ctx, { payload }) =>
  spreadMembership(ctx, payload.projectId, payload.userId);
