import { and, desc, eq, gt, isNull, lt } from "drizzle-orm";
import type { Context } from "../../data/context";
import { afterCursor, type Page, type PageQuery, pageOf } from "../../http/page";
import { iso } from "../../lib/time";
import type { Session } from "../schema";
import { deviceOf } from "./device";
import { sessions, sessionView } from "./tables";

/** Where one is signed in, the newest first. */
export async function listSessions(
  ctx: Context,
  { limit, cursor }: PageQuery,
): Promise<Page<Session>> {
  const list = `sessions|${ctx.actor.id}`;
  const after = await afterCursor<readonly [string]>(list, cursor);
  const now = Date.now();
  const rows = await ctx.db
    .select(sessionView)
    .from(sessions)
    .where(
      and(
        eq(sessions.userId, ctx.actor.id),
        isNull(sessions.revokedAt),
        isNull(sessions.impersonatorId),
        gt(sessions.expiresAt, now),
        gt(sessions.idleAt, now),
        after ? lt(sessions.id, after[0]) : undefined,
      ),
    )
    .orderBy(desc(sessions.id))
    .limit(limit + 1);
  const items = rows.map(({ country, city, rotatedAt, createdAt, expiresAt, ...row }) => ({
    ...row,
    isCurrent: row.id === ctx.actor.sessionId,
    device: deviceOf(row.userAgent),
    place: { country, city },
    createdAt: iso(createdAt),
    lastSeenAt: iso(rotatedAt),
    expiresAt: iso(expiresAt),
  }));
  return pageOf(list, items, limit, ({ id }) => [id]);
}
