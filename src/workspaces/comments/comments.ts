import { and, eq, isNull, or, type SQL, sql } from "drizzle-orm";
import type { Context } from "../../data/context";
import { commit, emit } from "../../data/outbox";
import { refuse as refuseAny } from "../../http/problem";
import { newId } from "../../lib/id";
import { requireReader } from "../documents/admittance";
import { ask, roomOf } from "../documents/remote";
import { documents } from "../documents/tables";
import { noted } from "../projects/activity";
import { mayIn } from "../projects/membership";
import { projectMembers, projects } from "../projects/tables";
import { refuse } from "./problems";
import type { Comment, NewComment } from "./schema";
import { comments, commentView } from "./tables";
import { present } from "./threads";

/** Begins a thread at a place of the text, or answers in one. */
export async function createComment(
  ctx: Context,
  documentId: string,
  { body, mentions, threadId, range, anchor }: NewComment,
): Promise<Comment> {
  const { projectId } = await requireReader(ctx, documentId);
  const place = anchor ?? (range && (await anchorsAt(documentId, range)));
  const id = newId();
  const now = Date.now();
  const thread = threadId === undefined ? sql`1` : isThread(threadId, documentId);
  const [created] = await commit(
    ctx,
    [
      ctx.db
        .insert(comments)
        .select(
          sql`SELECT ${id}, ${documentId}, ${threadId ?? null}, ${ctx.actor.id}, ${body},
            ${place?.from ?? null}, ${place?.to ?? null}, ${membersAmong(projectId, mentions)},
            NULL, NULL, NULL, ${now}, ${now}, 1
            WHERE ${mayComment(ctx, projectId)} AND ${thread}`,
        )
        .returning(commentView),
      noted(ctx, projectId, {
        action: threadId === undefined ? "comment.created" : "comment.answered",
        target: ["comment", id],
        detail: { documentId },
      }),
      emit(ctx, "comment.mentioned", { commentId: id }, "EVENTS", isMentioning(id)),
    ],
    `/documents/${documentId}/comments`,
  );
  if (created[0]) return present(created[0]);
  if (threadId !== undefined && !(await isThere(ctx, isThread(threadId, documentId))))
    throw refuse("comment_not_found");
  throw refuse("comment_not_allowed");
}

/** Its author changes what it says. */
export async function changeComment(ctx: Context, id: string, body: string): Promise<Comment> {
  const isOwn = eq(comments.authorId, ctx.actor.id);
  return update(ctx, id, { body }, isOwn, "comment.changed");
}

/** Those who may edit the document, and whoever began the thread, say that it is done with. */
export async function resolveThread(ctx: Context, id: string, resolved: boolean) {
  const change = resolved
    ? { resolvedAt: Date.now(), resolvedBy: ctx.actor.id }
    : { resolvedAt: null, resolvedBy: null };
  const { projectId } = await requireComment(ctx, id);
  const may = and(
    isNull(comments.threadId),
    or(eq(comments.authorId, ctx.actor.id), mayIn(ctx, projectId, "collaborator")),
  )!;
  return update(ctx, id, change, may, resolved ? "comment.resolved" : "comment.reopened");
}

/** Its author or an owner of the project takes it back; the answers to it stay. */
export async function deleteComment(ctx: Context, id: string): Promise<void> {
  const { projectId } = await requireComment(ctx, id);
  const may = or(eq(comments.authorId, ctx.actor.id), mayIn(ctx, projectId, "owner"))!;
  const change = { body: "", mentions: [], deletedAt: Date.now() };
  await update(ctx, id, change, may, "comment.deleted");
}

async function update(
  ctx: Context,
  id: string,
  change: Partial<typeof comments.$inferInsert>,
  may: SQL,
  action: string,
): Promise<Comment> {
  const { projectId, documentId } = await requireComment(ctx, id);
  const expected = ctx.expectedVersion;
  const [changed] = await commit(ctx, [
    ctx.db
      .update(comments)
      .set({ ...change, updatedAt: Date.now(), version: sql`${comments.version} + 1` })
      .where(
        and(
          eq(comments.id, id),
          isNull(comments.deletedAt),
          expected === undefined ? undefined : eq(comments.version, expected),
          mayIn(ctx, projectId, "viewer"),
          may,
        ),
      )
      .returning(commentView),
    noted(ctx, projectId, { action, target: ["comment", id], detail: { documentId } }),
  ]);
  if (changed[0]) return present(changed[0]);
  const { version } = await requireComment(ctx, id);
  throw expected !== undefined && expected !== version
    ? refuseAny("version_mismatch")
    : refuse("comment_not_yours");
}

/** A comment that is not deleted, of a document that whoever asks may read. */
async function requireComment(ctx: Context, id: string) {
  const [row] = await ctx.db
    .select({ documentId: comments.documentId, version: comments.version })
    .from(comments)
    .where(and(eq(comments.id, id), isNull(comments.deletedAt)));
  if (!row) throw refuse("comment_not_found");
  const { projectId } = await requireReader(ctx, row.documentId).catch(() => {
    throw refuse("comment_not_found");
  });
  return { ...row, projectId };
}

async function anchorsAt(documentId: string, { from, to }: { from: number; to: number }) {
  const { anchors } = await ask(async () => roomOf(documentId).anchor([from, to]));
  return { from: anchors[0]!, to: anchors[1]! };
}

const mayComment = (
  ctx: Context,
  projectId: string,
) => sql`(${mayIn(ctx, projectId, "collaborator")}
  OR (${mayIn(ctx, projectId, "viewer")} AND (SELECT ${projects.viewersMayComment} FROM ${projects}
    WHERE ${projects.id} = ${projectId})))`;

const isThread = (id: string, documentId: string) => sql`EXISTS (SELECT 1 FROM ${comments} t
  JOIN ${documents} d ON d.id = t.document_id WHERE t.id = ${id} AND t.thread_id IS NULL
  AND t.document_id = ${documentId} AND t.deleted_at IS NULL AND d.deleted_at IS NULL)`;

const isThere = async (ctx: Context, condition: SQL) =>
  (await ctx.db.select({ yes: sql<number>`${condition}` }).from(sql`(SELECT 1)`))[0]?.yes === 1;

/** Whoever is no member is not called upon. */
const membersAmong = (projectId: string, ids: readonly string[]) => sql`(SELECT
  json_group_array(m.user_id) FROM ${projectMembers} m WHERE m.project_id = ${projectId}
  AND m.role IS NOT NULL AND m.user_id IN (SELECT value FROM json_each(${JSON.stringify(ids)})))`;

const isMentioning = (id: string) =>
  sql`EXISTS (SELECT 1 FROM ${comments} c WHERE c.id = ${id} AND c.mentions <> '[]')`;
