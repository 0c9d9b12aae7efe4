import { and, asc, desc, eq, isNotNull, isNull, lt, sql } from "drizzle-orm";
import type { Context } from "../../data/context";
import { afterCursor, type Page, pageOf } from "../../http/page";
import { iso } from "../../lib/time";
import { requireReader } from "../documents/admittance";
import { ask, roomOf } from "../documents/remote";
import type { Comment, CommentQuery, Thread } from "./schema";
import { comments, commentView } from "./tables";

export type Row = { [K in keyof typeof commentView]: (typeof comments.$inferSelect)[K] };

export const present = ({ anchorFrom: _, anchorTo: __, ...row }: Row): Comment => ({
  ...row,
  resolvedAt: iso(row.resolvedAt),
  deletedAt: iso(row.deletedAt),
  createdAt: iso(row.createdAt),
  updatedAt: iso(row.updatedAt),
});

/** Newest first, each with its answers and where its place is in the text as it is now. */
export async function listThreads(
  ctx: Context,
  documentId: string,
  { limit, cursor, state }: CommentQuery,
): Promise<Page<Thread>> {
  await requireReader(ctx, documentId);
  const list = `comments|${state}|${documentId}`;
  const after = await afterCursor<readonly [string]>(list, cursor);
  const resolved = state === "open" ? isNull : isNotNull;
  const rows = await ctx.db
    .select(commentView)
    .from(comments)
    .where(
      and(
        eq(comments.documentId, documentId),
        isNull(comments.threadId),
        state === "all" ? undefined : resolved(comments.resolvedAt),
        after ? lt(comments.id, after[0]) : undefined,
      ),
    )
    .orderBy(desc(comments.id))
    .limit(limit + 1);
  const answers = await answersOf(ctx, rows);
  const ranges = await rangesOf(documentId, rows);
  const threads = rows.map((row, i) => ({
    ...present(row),
    anchor: anchorOf(row),
    range: ranges[i] ?? null,
    answers: answers.filter(({ threadId }) => threadId === row.id),
  }));
  return pageOf(list, threads, limit, (last) => [last.id]);
}

async function answersOf(ctx: Context, threads: Row[]): Promise<Comment[]> {
  if (threads.length === 0) return [];
  const ids = JSON.stringify(threads.map(({ id }) => id));
  const rows = await ctx.db
    .select(commentView)
    .from(comments)
    .where(
      and(
        isNotNull(comments.threadId),
        sql`${comments.threadId} IN (SELECT value FROM json_each(${ids}))`,
      ),
    )
    .orderBy(asc(comments.id))
    .limit(2_000);
  return rows.map(present);
}

export const anchorOf = ({ anchorFrom, anchorTo }: Row) =>
  anchorFrom !== null && anchorTo !== null ? { from: anchorFrom, to: anchorTo } : null;

/** Null where a remark is on the whole document, or its place cannot be found. */
async function rangesOf(documentId: string, rows: Row[]) {
  const anchored = rows.map(anchorOf);
  const anchors = anchored.flatMap((one) => (one ? [one.from, one.to] : []));
  if (anchors.length === 0) return [];
  const { places } = await ask(async () => roomOf(documentId).locate(anchors));
  let next = 0;
  return anchored.map((one) => {
    if (!one) return null;
    const [from, to] = [places[next++], places[next++]];
    return typeof from === "number" && typeof to === "number" ? { from, to } : null;
  });
}
