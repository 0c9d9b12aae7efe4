import { env } from "cloudflare:workers";
import { and, eq, inArray, lt, sql } from "drizzle-orm";
import type { Context } from "../../data/context";
import { hour } from "../../lib/time";
import { refuse } from "./problems";
import { objectsOf } from "./render";
import { removeObjects } from "./store";
import { media } from "./tables";

/** People delete their own files; pictures of products are deleted with their product. */
export async function deleteFile(ctx: Context, id: string): Promise<void> {
  const [file] = await ctx.db
    .update(media)
    .set({ state: "deleted", updatedAt: Date.now() })
    .where(
      and(
        eq(media.id, id),
        eq(media.ownerId, ctx.actor.id),
        inArray(media.purpose, ["avatar", "attachment"]),
        inArray(media.state, ["stored", "ready", "failed"]),
      ),
    )
    .returning({ key: media.key });
  if (!file) throw refuse("media_not_found");
  await removeObjects(file.key);
}

/** Takes away what was deleted, and what an interrupted upload left behind an hour ago. */
export async function sweepMedia(ctx: Context<null>, now = Date.now()): Promise<number> {
  const rows = await ctx.db
    .select({ id: media.id, key: media.key })
    .from(media)
    .where(and(lt(media.updatedAt, now - hour), sql`${media.state} IN ('pending', 'deleted')`))
    .limit(200);
  if (rows.length === 0) return 0;
  await env.MEDIA.delete(rows.flatMap(({ key }) => objectsOf(key)));
  const ids = JSON.stringify(rows.map(({ id }) => id));
  await ctx.database.repeatable
    .delete(media)
    .where(sql`${media.id} IN (SELECT value FROM json_each(${ids}))`);
  return rows.length;
}
