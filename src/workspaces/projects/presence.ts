import { and, desc, eq, gt, isNull, sql } from "drizzle-orm";
import type { Context } from "../../data/context";
import { day } from "../../lib/time";
import { roomOf } from "../documents/remote";
import type { Presence } from "../documents/schema";
import { documents, documentVisits } from "../documents/tables";
import { requireMember } from "./membership";
import { tellRooms } from "./rooms";

/** Rooms that are asked: those that somebody came into last. */
const most = 50;

/** Who is in which file now. */
export async function readPresence(ctx: Context, projectId: string): Promise<Presence[]> {
  await requireMember(ctx, projectId, "viewer");
  const last = sql<number>`max(${documentVisits.at})`;
  const rooms = await ctx.db
    .select({ documentId: documents.id, path: documents.path, last })
    .from(documentVisits)
    .innerJoin(documents, eq(documents.id, documentVisits.documentId))
    .where(
      and(
        eq(documentVisits.projectId, projectId),
        gt(documentVisits.at, Date.now() - day),
        isNull(documents.deletedAt),
      ),
    )
    .groupBy(documents.id)
    .orderBy(desc(last))
    .limit(most);
  const people = new Map<string, Presence["people"]>();
  await tellRooms(
    rooms.map(({ documentId }) => documentId),
    async (room) => people.set(room.name!, await roomOf(room.name!).people()),
  );
  return rooms
    .map(({ documentId, path }) => ({ documentId, path, people: people.get(documentId) ?? [] }))
    .filter((one) => one.people.length > 0);
}
