import { and, asc, eq, isNull } from "drizzle-orm";
import { Zip, ZipDeflate } from "fflate";
import type { Context } from "../../data/context";
import { utf8 } from "../../lib/crypto";
import { ask, roomOf } from "../documents/remote";
import { documents } from "../documents/tables";
import { readProject } from "./projects";

type File = { id: string; path: string; updatedAt: number };

/** Every document of a project as a ZIP file, which is sent while it is being made. */
export async function exportProject(ctx: Context, projectId: string): Promise<Response> {
  const { name } = await readProject(ctx, projectId);
  const files = await ctx.db
    .select({ id: documents.id, path: documents.path, updatedAt: documents.updatedAt })
    .from(documents)
    .where(and(eq(documents.projectId, projectId), isNull(documents.deletedAt)))
    .orderBy(asc(documents.path));
  return new Response(zipOf(files), {
    headers: {
      "content-type": "application/zip",
      "content-disposition": `attachment; filename*=UTF-8''${encodeURIComponent(`${name}.zip`)}`,
    },
  });
}

/** One room is read whenever the reader wants more, so that memory holds one document. */
function zipOf(files: File[]): ReadableStream<Uint8Array> {
  let next = 0;
  let zip: Zip;
  return new ReadableStream<Uint8Array>({
    start(controller) {
      zip = new Zip((error, chunk, final) => {
        if (error) return controller.error(error);
        if (chunk.length > 0) controller.enqueue(chunk);
        if (final) controller.close();
      });
    },
    async pull() {
      const file = files[next++];
      if (!file) return zip.end();
      const { text } = await ask(async () => roomOf(file.id).readText());
      const entry = new ZipDeflate(file.path, { level: 6 });
      entry.mtime = file.updatedAt;
      zip.add(entry);
      entry.push(utf8(text), true);
    },
    cancel: () => zip.terminate(),
  });
}
