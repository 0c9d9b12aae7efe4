import { and, eq, gt, isNull } from "drizzle-orm";
import type { Actor, AnyContext } from "../../data/context";
import { readKeyStanding } from "../keys/authenticate";
import { users } from "../users/tables";
import { sessions } from "./tables";

/** The actor as D1's primary knows them this moment, or null if the session or key is no longer good. */
export async function readStanding(ctx: AnyContext, actor: Actor): Promise<Actor | null> {
  if (actor.keyId !== undefined) return readKeyStanding(ctx, actor, actor.keyId);
  if (!actor.sessionId) return null;
  ctx.database.start = "first-primary";
  const row = await ctx.db
    .select({ role: users.role })
    .from(sessions)
    .innerJoin(users, eq(users.id, sessions.userId))
    .where(
      and(
        eq(sessions.id, actor.sessionId),
        eq(sessions.userId, actor.id),
        isNull(sessions.revokedAt),
        gt(sessions.expiresAt, Date.now()),
        isNull(users.suspendedAt),
      ),
    )
    .get();
  return row ? { ...actor, role: row.role } : null;
}
