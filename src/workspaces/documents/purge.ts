import { and, eq, isNotNull, isNull, lt, sql } from "drizzle-orm";
import type { Context } from "../../data/context";
import { comments } from "../comments/tables";
import { restorable } from "../projects/projects";
import { tellRooms } from "../projects/rooms";
import { projects } from "../projects/tables";
import { documents, documentVisits } from "./tables";

const atOnce = 100;

/** Forgets for good what was deleted, alone or with its project, and can be restored no more. */
export async function purgeDocuments(ctx: Context<null>, now = Date.now()): Promise<number> {
  const before = now - restorable;
  const alone = await ctx.db
    .select({ id: documents.id })
    .from(documents)
    .where(and(isNotNull(documents.deletedAt), lt(documents.deletedAt, before)))
    .limit(atOnce);
  const together = await ctx.db
    .select({ id: documents.id })
    .from(projects)
    .innerJoin(documents, eq(documents.projectId, projects.id))
    .where(
      and(
        isNotNull(projects.deletedAt),
        lt(projects.deletedAt, before),
        isNull(documents.deletedAt),
      ),
    )
    .limit(atOnce);
  const ids = [...new Set([...alone, ...together].map(({ id }) => id))];
  if (ids.length === 0) return 0;
  await tellRooms(ids, (room) => room.purge());
  const these = sql`(SELECT value FROM json_each(${JSON.stringify(ids)}))`;
  const isThread = and(isNull(comments.threadId), sql`${comments.documentId} IN ${these}`);
  const { db } = ctx;
  const threads = db.select({ id: comments.id }).from(comments).where(isThread);
  await ctx.database.repeatable.batch([
    db
      .delete(comments)
      .where(and(isNotNull(comments.threadId), sql`${comments.threadId} IN ${threads}`)),
    db.delete(comments).where(isThread),
    db.delete(documentVisits).where(
      sql`(${documentVisits.projectId}, ${documentVisits.documentId}) IN (SELECT d.project_id, d.id
        FROM documents d WHERE d.id IN ${these})`,
    ),
    db.delete(documents).where(sql`${documents.id} IN ${these}`),
  ]);
  return ids.length;
}
