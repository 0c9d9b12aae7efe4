import { and, eq, isNull, sql } from "drizzle-orm";
import type { Context } from "../../data/context";
import { commit } from "../../data/outbox";
import { refuse as refuseAny } from "../../http/problem";
import { newId } from "../../lib/id";
import { languageOf } from "../documents/languages";
import { foldersOf } from "../documents/paths";
import { ask, roomOf } from "../documents/remote";
import { documents } from "../documents/tables";
import { noted } from "./activity";
import { mayIn, requireMember } from "./membership";
import { refuse } from "./problems";
import type { Imported } from "./schema";
import { type RefusedFile, unpack } from "./unpack";

/** Living documents of a project, as in `createDocument`. */
const most = 2_000;
const atOnce = 10;

/** Makes documents of the text files in a ZIP archive; what is there already stays as it is. */
export async function importProject(
  ctx: Context,
  projectId: string,
  archive: ArrayBuffer,
): Promise<Imported> {
  await requireMember(ctx, projectId, "collaborator");
  const unpacked = unpack(new Uint8Array(archive));
  if (!unpacked) throw refuse("archive_unreadable");
  const folders = new Set(unpacked.files.flatMap(({ path }) => foldersOf(path)));
  const refused: { path: string; code: RefusedFile }[] = [...unpacked.refused];
  const wanted = unpacked.files.map((file) => {
    const { path } = file;
    return { ...file, id: newId(), language: languageOf(path), folders: foldersOf(path) };
  });
  const possible = wanted.filter(({ path }) => !folders.has(path));
  const created = await insertAll(ctx, projectId, possible);
  for (const { id, path } of wanted)
    if (!created.has(id)) refused.push({ path, code: "path_taken" });
  const files = wanted.filter(({ id }) => created.has(id));
  for (let i = 0; i < files.length; i += atOnce)
    await Promise.all(
      files.slice(i, i + atOnce).map(({ id, text }) => {
        const input = { author: ctx.actor.id, text };
        return ask(async () => roomOf(id).writeText(input), false);
      }),
    );
  return { created: files.map(({ id, path }) => ({ id, path })), refused };
}

type Wanted = { id: string; path: string; language: string; folders: string[] };

async function insertAll(ctx: Context, projectId: string, files: Wanted[]) {
  const now = Date.now();
  const rows = JSON.stringify(
    files.map(({ id, path, language, folders }) => [id, path, language, folders]),
  );
  const room = sql`(SELECT count(*) FROM documents c WHERE c.project_id = ${projectId}
    AND c.deleted_at IS NULL)`;
  const [inserted] = await commit(
    ctx,
    [
      ctx.db
        .insert(documents)
        .select(
          sql`SELECT f.value ->> 0, ${projectId}, f.value ->> 1, f.value ->> 2, ${ctx.actor.id},
            NULL, ${now}, ${now}, 1 FROM json_each(${rows}) f
            WHERE ${mayIn(ctx, projectId, "collaborator")}
            AND ${room} + ${files.length} <= ${most}
            AND NOT EXISTS (SELECT 1 FROM documents o WHERE o.project_id = ${projectId}
              AND o.deleted_at IS NULL AND (o.path = f.value ->> 1
                OR (o.path > f.value ->> 1 || '/' AND o.path < f.value ->> 1 || '0')
                OR o.path IN (SELECT value FROM json_each(f.value, '$[3]'))))`,
        )
        .returning({ id: documents.id }),
      noted(ctx, projectId, {
        action: "documents.imported",
        target: ["project", projectId],
        detail: { files: files.length },
      }),
    ],
    `/projects/${projectId}/documents`,
  );
  if (inserted.length === 0 && files.length > 0) await requireRoom(ctx, projectId, files.length);
  return new Set(inserted.map(({ id }) => id));
}

async function requireRoom(ctx: Context, projectId: string, wanted: number): Promise<void> {
  await requireMember(ctx, projectId, "collaborator");
  const [{ n } = { n: 0 }] = await ctx.db
    .select({ n: sql<number>`count(*)` })
    .from(documents)
    .where(and(eq(documents.projectId, projectId), isNull(documents.deletedAt)));
  if (n + wanted > most) throw refuse("project_full");
}

/** The archive in the body of a request. */
export async function archiveIn(request: Request): Promise<ArrayBuffer> {
  if (!/^application\/zip\b/i.test(request.headers.get("content-type") ?? ""))
    throw refuseAny("unsupported_media_type", { detail: "Send the body as application/zip." });
  return request.arrayBuffer();
}
