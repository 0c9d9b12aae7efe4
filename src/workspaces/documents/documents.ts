import { and, asc, eq, gt, isNotNull, isNull, sql } from "drizzle-orm";
import type { Context } from "../../data/context";
import { violates } from "../../data/database";
import { commit } from "../../data/outbox";
import { afterCursor, type Page, pageOf } from "../../http/page";
import { refuse as refuseAny } from "../../http/problem";
import { newId } from "../../lib/id";
import { iso } from "../../lib/time";
import { noted } from "../projects/activity";
import { mayIn, requireMember } from "../projects/membership";
import { restorable } from "../projects/projects";
import { tellRooms } from "../projects/rooms";
import { mayChange, requireReader, whyNotAdmitted } from "./admittance";
import { languageOf } from "./languages";
import { foldersOf } from "./paths";
import { refuse } from "./problems";
import type { Document, DocumentChange, DocumentQuery, NewDocument } from "./schema";
import { documents, documentView } from "./tables";

/** Living documents of one project. */
const most = 2_000;

type Row = { [K in keyof typeof documentView]: (typeof documents.$inferSelect)[K] };

const present = (row: Row): Document => ({
  ...row,
  deletedAt: iso(row.deletedAt),
  createdAt: iso(row.createdAt),
  updatedAt: iso(row.updatedAt),
});

export async function createDocument(
  ctx: Context,
  projectId: string,
  { path, language = languageOf(path) }: NewDocument,
): Promise<Document> {
  const id = newId();
  const now = Date.now();
  const [created] = await commit(
    ctx,
    [
      ctx.db
        .insert(documents)
        .select(
          sql`SELECT ${id}, ${projectId}, ${path}, ${language}, ${ctx.actor.id}, NULL, ${now},
            ${now}, 1 WHERE ${mayIn(ctx, projectId, "collaborator")}
            AND ${isFree(projectId, path, id)} AND ${livingCount(projectId)} < ${most}`,
        )
        .returning(documentView),
      noted(ctx, projectId, {
        action: "document.created",
        target: ["document", id],
        detail: { path },
      }),
    ],
    `/documents/${id}`,
  ).catch(toProblem);
  if (created[0]) return present(created[0]);
  await requireMember(ctx, projectId, "collaborator");
  const [{ full } = { full: 0 }] = await ctx.db
    .select({ full: sql<number>`${livingCount(projectId)} >= ${most}` })
    .from(documents)
    .limit(1);
  throw refuse(full ? "too_many_documents" : "path_taken");
}

/** The tree, file by file in the order of their paths; or what was deleted and can be restored. */
export async function listDocuments(
  ctx: Context,
  projectId: string,
  { limit, cursor, state }: DocumentQuery,
): Promise<Page<Document>> {
  const list = `documents|${state}|${projectId}`;
  const after = await afterCursor<readonly [string]>(list, cursor);
  const key = state === "living" ? documents.path : documents.id;
  const rows = await ctx.db
    .select(documentView)
    .from(documents)
    .where(
      and(
        eq(documents.projectId, projectId),
        state === "living"
          ? isNull(documents.deletedAt)
          : and(isNotNull(documents.deletedAt), gt(documents.deletedAt, Date.now() - restorable)),
        mayIn(ctx, projectId, "viewer"),
        after ? gt(key, after[0]) : undefined,
      ),
    )
    .orderBy(asc(key))
    .limit(limit + 1);
  if (rows.length === 0) await requireMember(ctx, projectId, "viewer");
  return pageOf(list, rows.map(present), limit, (last) => [
    state === "living" ? last.path : last.id,
  ]);
}

export async function readDocument(ctx: Context, id: string): Promise<Document> {
  await requireReader(ctx, id);
  const [row] = await ctx.db.select(documentView).from(documents).where(eq(documents.id, id));
  return present(row!);
}

/** Moves it to another path, or says that it is of another language. */
export async function changeDocument(ctx: Context, id: string, change: DocumentChange) {
  const expected = ctx.expectedVersion;
  const { projectId } = await requireReader(ctx, id);
  const [changed] = await commit(ctx, [
    ctx.db
      .update(documents)
      .set({ ...change, updatedAt: Date.now(), version: sql`${documents.version} + 1` })
      .where(
        and(
          eq(documents.id, id),
          isNull(documents.deletedAt),
          expected === undefined ? undefined : eq(documents.version, expected),
          change.path === undefined ? undefined : isFree(projectId, change.path, id),
          mayChange(ctx),
        ),
      )
      .returning(documentView),
    noted(ctx, projectId, {
      action: "document.changed",
      target: ["document", id],
      detail: { ...change },
    }),
  ]).catch(toProblem);
  if (changed[0]) return present(changed[0]);
  await requireMember(ctx, projectId, "collaborator");
  const { version } = await readDocument(ctx, id);
  throw expected !== undefined && version !== expected
    ? refuseAny("version_mismatch")
    : refuse("path_taken");
}

/** Everybody is out of its room when this returns. */
export async function deleteDocument(ctx: Context, id: string): Promise<void> {
  const expected = ctx.expectedVersion;
  const { projectId, path } = await requireReader(ctx, id);
  const now = Date.now();
  const [deleted] = await commit(ctx, [
    ctx.db
      .update(documents)
      .set({ deletedAt: now, updatedAt: now, version: sql`${documents.version} + 1` })
      .where(
        and(
          eq(documents.id, id),
          isNull(documents.deletedAt),
          expected === undefined ? undefined : eq(documents.version, expected),
          mayChange(ctx),
        ),
      )
      .returning({ id: documents.id }),
    noted(ctx, projectId, {
      action: "document.deleted",
      target: ["document", id],
      detail: { path },
    }),
  ]);
  if (deleted.length === 0) {
    await requireMember(ctx, projectId, "collaborator");
    throw expected === undefined ? refuse("document_not_found") : refuseAny("version_mismatch");
  }
  await tellRooms([id], (room) => room.close());
}

export async function restoreDocument(ctx: Context, id: string): Promise<Document> {
  const now = Date.now();
  const own = ctx.db
    .select({ projectId: documents.projectId, path: documents.path })
    .from(documents)
    .where(and(eq(documents.id, id), mayChange(ctx)));
  const [found] = await own;
  if (!found) throw await whyNotAdmitted(ctx, id);
  const { projectId, path } = found;
  const [restored] = await commit(ctx, [
    ctx.db
      .update(documents)
      .set({ deletedAt: null, updatedAt: now, version: sql`${documents.version} + 1` })
      .where(
        and(
          eq(documents.id, id),
          gt(documents.deletedAt, now - restorable),
          isFree(projectId, path, id),
          mayChange(ctx),
        ),
      )
      .returning(documentView),
    noted(ctx, projectId, {
      action: "document.restored",
      target: ["document", id],
      detail: { path },
    }),
  ]).catch(toProblem);
  if (!restored[0]) {
    const [taken] = await ctx.db
      .select({ id: documents.id })
      .from(documents)
      .where(and(eq(documents.id, id), gt(documents.deletedAt, now - restorable)));
    if (taken) throw refuse("path_taken");
    return readDocument(ctx, id);
  }
  await tellRooms([id], (room) => room.reopen());
  return present(restored[0]);
}

/** No other living document is there, none is a folder of this path, nor is this one of theirs. */
const isFree = (projectId: string, path: string, except: string) => sql`NOT EXISTS (
  SELECT 1 FROM documents o WHERE o.project_id = ${projectId} AND o.deleted_at IS NULL
  AND o.id <> ${except} AND (o.path = ${path} OR (o.path > ${`${path}/`} AND o.path < ${`${path}0`})
  OR o.path IN (SELECT value FROM json_each(${JSON.stringify(foldersOf(path))}))))`;

const livingCount = (projectId: string) =>
  sql`(SELECT count(*) FROM documents c WHERE c.project_id = ${projectId} AND c.deleted_at IS NULL)`;

function toProblem(error: unknown): never {
  throw violates(error, "documents.path") ? refuse("path_taken") : error;
}
