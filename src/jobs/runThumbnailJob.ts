import { env } from "cloudflare:workers";
import { and, eq, inArray } from "drizzle-orm";
import { originalOf, render, renderingOf } from "../commerce/media/render";
import { webp } from "../commerce/media/store";
import { media } from "../commerce/media/tables";
import { Permanent } from "./failure";
import type { Run } from "./kinds";

const widths = [160, 480] as const;

/** Makes the smaller renderings of one's own picture again. */
export const runThumbnailJob: Run<"image.thumbnail"> = async (ctx, { ownerId, input }) => {
  const isTheirs = and(
    eq(media.id, input.mediaId),
    eq(media.ownerId, ownerId),
    inArray(media.state, ["stored", "ready", "failed"]),
  );
  const row = await ctx.db.select({ key: media.key }).from(media).where(isTheirs).get();
  const original = row && (await env.MEDIA.get(originalOf(row.key)));
  if (!original) throw new Permanent("there is no such picture of yours");
  const bytes = new Uint8Array(await original.arrayBuffer());
  for (const width of widths)
    await env.MEDIA.put(renderingOf(row.key, width), await render(bytes, width), webp);
  await ctx.database.repeatable
    .update(media)
    .set({ state: "ready", updatedAt: Date.now() })
    .where(isTheirs);
  return { result: { mediaId: input.mediaId, widths } };
};
