import { env } from "cloudflare:workers";
import { and, eq, type SQL, sql } from "drizzle-orm";
import type { BatchItem } from "drizzle-orm/batch";
import { Unavailable } from "../../data/attempt";
import type { Context } from "../../data/context";
import { commit, emit } from "../../data/outbox";
import { newId } from "../../lib/id";
import { abortUnlessChanged } from "../catalog/abort";
import type { Purpose } from "./choices";
import type { Upload } from "./form";
import { measureWebp } from "./formats/webp";
import { inspectAttachment, inspectPicture } from "./inspect";
import { reasons, refuse } from "./problems";
import { objectsOf, originalOf, render, renderingOf } from "./render";
import type { Media } from "./schema";
import { media, mediaView } from "./tables";
import { presentMedia } from "./view";

/** Pictures begin with `p`, files that are served as they came with `d`. */
const newKey = (isPicture: boolean) =>
  `${isPicture ? "p" : "d"}${crypto.getRandomValues(new Uint8Array(16)).toHex()}`;

type More = {
  /** Nothing is stored unless this holds. */
  condition?: SQL;
  /** Becomes true with the upload, or the upload does not happen. */
  statements?: (file: {
    id: string;
    key: string;
    width: number | null;
    height: number | null;
  }) => BatchItem<"sqlite">[];
};

/**
 * Keeps a file that somebody sent: the row says what is meant before the bytes are there, and the
 * first rendering proves that a picture is one. Null if the condition does not hold.
 */
export async function storeUpload(
  ctx: Context,
  { bytes, name }: Upload,
  purpose: Purpose,
  { condition, statements = () => [] }: More = {},
): Promise<Media | null> {
  const found = purpose === "attachment" ? inspectAttachment(bytes) : inspectPicture(bytes);
  if (typeof found === "string") throw refuse(reasons[found]);
  const id = newId();
  const key = newKey(found.width !== null);
  const now = Date.now();
  const { type } = found;
  let { width, height } = found;
  const intended = await ctx.db
    .insert(media)
    .select(
      sql`SELECT ${id}, ${key}, ${ctx.actor.id}, ${purpose}, 'pending', ${type}, ${name},
        ${bytes.length}, ${width}, ${height}, ${now}, ${now} WHERE ${condition ?? sql`true`}`,
    )
    .returning({ id: media.id });
  if (intended.length === 0) return null;
  if (width !== null && height !== null) {
    const picture = await render(bytes, 1200).catch(isUnreadable);
    const shown = measureWebp(picture);
    if (shown && shown.width > shown.height !== width > height) [width, height] = [height, width];
    await env.MEDIA.put(renderingOf(key, 1200), picture, webp);
  }
  await env.MEDIA.put(originalOf(key), bytes, {
    httpMetadata: { contentType: type },
    customMetadata: { name },
  });
  const [[row]] = await commit(ctx, [
    ctx.db
      .update(media)
      .set({ state: width === null ? "ready" : "stored", width, height, updatedAt: Date.now() })
      .where(and(eq(media.id, id), eq(media.state, "pending")))
      .returning(mediaView),
    ...(width === null ? [] : [emit(ctx, "media.uploaded", { mediaId: id }, "JOBS")]),
    abortUnlessChanged(ctx),
    ...statements({ id, key, width, height }),
  ]);
  return presentMedia(row!);
}

export const webp = { httpMetadata: { contentType: "image/webp" } };

/** The Images service answers anything but an outage with an error of its own. */
function isUnreadable(error: unknown): never {
  throw error instanceof Unavailable ? error : refuse("file_broken");
}

/** Takes the bytes of a file whose row says `deleted`; what fails now, the sweep does later. */
export const removeObjects = (key: string) => env.MEDIA.delete(objectsOf(key)).catch(() => {});
