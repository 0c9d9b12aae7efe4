import { and, eq, exists, isNull, sql } from "drizzle-orm";
import type { BatchItem } from "drizzle-orm/batch";
import type { AnyContext } from "../../data/context";
import { emit } from "../../data/outbox";
import { sessions } from "../sessions/tables";
import { audited } from "../trail";
import { users } from "../users/tables";

/** The guest who signs in to an account with this request, if it is one. */
export const guestOf = ({ actor }: AnyContext, userId: string): string | null =>
  actor?.role === "visitor" && actor.id !== userId ? actor.id : null;

/**
 * Statements that close a guest's account in favour of the one they signed in to, if that session
 * was opened, and that only once. The first returns the version to `announce`.
 */
export function mergingGuest(
  ctx: AnyContext,
  guestId: string,
  { userId, sessionId }: { userId: string; sessionId: string },
) {
  const now = Date.now();
  const opened = ctx.db.select({ yes: sql`1` }).from(sessions).where(eq(sessions.id, sessionId));
  return [
    ctx.db
      .update(users)
      .set({ mergedInto: userId, tokenVersion: sql`${users.tokenVersion} + 1`, updatedAt: now })
      .where(
        and(
          eq(users.id, guestId),
          eq(users.role, "visitor"),
          isNull(users.mergedInto),
          exists(opened),
        ),
      )
      .returning({ version: users.tokenVersion }),
    emit(ctx, "guest.merged", { guestId, userId }),
    emit(ctx, "session.revoked", { scope: "user", id: guestId, reason: "merged" }),
    audited(ctx, { action: "guest.merged", target: ["user", guestId], actorId: userId }),
    ctx.db
      .update(sessions)
      .set({ revokedAt: now, reason: "merged" })
      .where(
        and(eq(sessions.userId, guestId), isNull(sessions.revokedAt), sql`changes() > 0`),
      ) as BatchItem<"sqlite">,
  ] as const;
}
