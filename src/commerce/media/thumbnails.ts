import { env } from "cloudflare:workers";
import { and, eq } from "drizzle-orm";
import { Unavailable } from "../../data/attempt";
import { commit } from "../../data/outbox";
import type { Consumer } from "../../jobs/consume";
import { originalOf, render, renderingOf } from "./render";
import { removeObjects, webp } from "./store";
import { media } from "./tables";

/** The smaller renderings of a picture; whoever deletes it meanwhile leaves nothing behind. */
export const makeThumbnails: Consumer<"media.uploaded"> = async (ctx, { payload }, once) => {
  const isWaiting = and(eq(media.id, payload.mediaId), eq(media.state, "stored"));
  const row = await ctx.db.select({ key: media.key }).from(media).where(isWaiting).get();
  if (!row) return;
  const original = await env.MEDIA.get(originalOf(row.key));
  if (!original) return;
  const bytes = new Uint8Array(await original.arrayBuffer());
  const state = await Promise.all(
    ([160, 480] as const).map(async (width) => {
      await env.MEDIA.put(renderingOf(row.key, width), await render(bytes, width), webp);
    }),
  ).then(
    () => "ready" as const,
    (error) => {
      if (error instanceof Unavailable) throw error;
      return "failed" as const;
    },
  );
  const [, settled] = await commit(ctx, [
    once,
    ctx.db
      .update(media)
      .set({ state, updatedAt: Date.now() })
      .where(isWaiting)
      .returning({ id: media.id }),
  ]);
  if (settled.length === 0) await removeObjects(row.key);
};
