import { and, eq, inArray, isNull, ne, type SQL, sql } from "drizzle-orm";
import type { BatchItem } from "drizzle-orm/batch";
import type { AnyContext, Context } from "../../data/context";
import { commit, emit } from "../../data/outbox";
import { refuse } from "../../http/problem";
import { isAtLeast, roles } from "../roles";
import { audited } from "../trail";
import { users } from "../users/tables";
import { announce } from "./announce";
import { everyVersion } from "./revocations";
import { sessions } from "./tables";

/** Ends the session that asks; ending it twice is no error. */
export async function logout(ctx: Context): Promise<void> {
  if (ctx.actor.sessionId) await end(ctx, ctx.actor.sessionId, "signed_out");
}

/** Ends one of one's own sessions. */
export async function endSession(ctx: Context, id: string): Promise<void> {
  if (!(await end(ctx, id, "ended"))) throw refuse("not_found");
}

/** Ends all of one's own sessions but the one that asks. */
export async function endOthers(ctx: Context): Promise<void> {
  const [ended] = await commit(ctx, endingOthers(ctx, "ended"));
  await announce(endedSessions(ended));
}

async function end(ctx: Context, id: string, reason: string): Promise<boolean> {
  const [ended] = await commit(ctx, [
    ctx.db
      .update(sessions)
      .set({ revokedAt: Date.now(), reason })
      .where(
        and(eq(sessions.id, id), eq(sessions.userId, ctx.actor.id), isNull(sessions.revokedAt)),
      )
      .returning({ id: sessions.id }),
    emit(ctx, "session.revoked", { scope: "session", id, reason }),
    audited(ctx, { action: `session.${reason}`, target: ["session", id] }),
  ]);
  if (ended.length > 0) await announce([{ id, version: everyVersion }]);
  return ended.length > 0;
}

/** Ends all sessions of oneself, or as an administrator of somebody of a lower role. */
export async function revokeSessions(ctx: Context, userId = ctx.actor.id): Promise<void> {
  const { actor } = ctx;
  if (userId !== actor.id && !isAtLeast(actor.role, "admin")) throw refuse("forbidden");
  const allowed =
    userId === actor.id
      ? undefined
      : inArray(users.role, roles.slice(0, roles.indexOf(actor.role)));
  const [[raised], , , , target] = await commit(ctx, [
    ...endingAll(ctx, userId, "revoked", allowed),
    ctx.db.select({ id: users.id }).from(users).where(eq(users.id, userId)),
  ]);
  if (raised) await announce([{ id: userId, version: raised.version }]);
  else throw refuse(target.length > 0 ? "forbidden" : "not_found");
}

/**
 * Statements that end every session of a person: the token version refuses what was issued, and
 * no session can be refreshed. The first returns the version to `announce`.
 */
export function endingAll(ctx: AnyContext, userId: string, reason: string, allowed?: SQL) {
  const now = Date.now();
  return [
    ctx.db
      .update(users)
      .set({ tokenVersion: sql`${users.tokenVersion} + 1` })
      .where(and(eq(users.id, userId), allowed))
      .returning({ version: users.tokenVersion }),
    emit(ctx, "session.revoked", { scope: "user", id: userId, reason }),
    audited(ctx, { action: `sessions.${reason}`, target: ["user", userId] }),
    ctx.db
      .update(sessions)
      .set({ revokedAt: now, reason })
      .where(
        and(eq(sessions.userId, userId), isNull(sessions.revokedAt), sql`changes() > 0`),
      ) as BatchItem<"sqlite">,
  ] as const;
}

/** Statements that end every other session of whoever asks. The first returns those to `announce`. */
export function endingOthers(ctx: Context, reason: string) {
  const { id, sessionId } = ctx.actor;
  return [
    ctx.db
      .update(sessions)
      .set({ revokedAt: Date.now(), reason })
      .where(
        and(eq(sessions.userId, id), ne(sessions.id, sessionId ?? ""), isNull(sessions.revokedAt)),
      )
      .returning({ id: sessions.id }),
    emit(ctx, "session.revoked", { scope: "user", id, reason, except: sessionId ?? "" }),
    audited(ctx, { action: `sessions.${reason}`, target: ["user", id] }),
  ] as const;
}

/** What to `announce` of sessions that ended one by one. */
export const endedSessions = (ended: readonly { id: string }[]) =>
  ended.map(({ id }) => ({ id, version: everyVersion }));
