import { and, eq, isNull, ne, type SQL, sql } from "drizzle-orm";
import type { SQLiteColumn } from "drizzle-orm/sqlite-core";
import type { Context } from "../../data/context";
import { isUnmet } from "../../data/demand";
import { commit, emit } from "../../data/outbox";
import { invalidate } from "../../http/cache";
import { refuse as refuseAny } from "../../http/problem";
import { announce } from "../sessions/announce";
import { endedSessions } from "../sessions/end";
import { sessions } from "../sessions/tables";
import { demandChange } from "../tokens/redeem";
import { audited } from "../trail";
import { profileTag } from "../users/profile";
import { users } from "../users/tables";
import { refuse } from "./problems";
import { below, isDispensable, isWithinReach } from "./reach";
import type { AdminUser, UserChange } from "./schema";
import { adminView, presentToAdmin, readUserAsAdmin } from "./users";

/**
 * Changes what only administrators may, of somebody below them; super administrators also of each
 * other, as long as one is left. A role or a suspension takes effect at once: tokens issued before
 * are refused, and whom they impersonate they impersonate no longer.
 */
export async function changeUser(ctx: Context, id: string, change: UserChange): Promise<AdminUser> {
  const { role, isSuspended } = change;
  if (role && !below(ctx.actor.role).includes(role)) throw refuseAny("forbidden");
  const detail = { ...change } as Record<string, string | boolean>;
  const strips = role !== undefined || isSuspended !== undefined;
  const lost = ending(ctx, "stripped", eq(sessions.impersonatorId, strips ? id : ""));
  const told = { scope: "user", id, reason: isSuspended ? "suspended" : "changed" } as const;
  const [ended, [row]] = await commit(ctx, [
    lost.returning({ id: sessions.id }),
    updating(ctx, id, change),
    demandChange(ctx),
    audited(ctx, { action: "user.changed", target: ["user", id], detail }),
    ...(strips ? [emit(ctx, "session.revoked", told)] : []),
    ...(isSuspended ? [ending(ctx, "suspended", eq(sessions.userId, id))] : []),
  ]).catch(async (error) => {
    throw isUnmet(error) ? await whyNot(ctx, id) : error;
  });
  invalidate(ctx, profileTag(id));
  const { tokenVersion, ...user } = row!;
  if (strips) await announce([{ id, version: tokenVersion }, ...endedSessions(ended)]);
  return presentToAdmin(user);
}

const ending = (ctx: Context, reason: string, whose: SQL) =>
  ctx.db
    .update(sessions)
    .set({ revokedAt: Date.now(), reason })
    .where(and(whose, isNull(sessions.revokedAt)));

function updating(ctx: Context, id: string, { role, isSuspended, isVerified }: UserChange) {
  const now = Date.now();
  const expected = ctx.expectedVersion;
  const since = (column: SQLiteColumn, is: boolean) =>
    is ? sql`coalesce(${column}, ${now})` : null;
  const strips = role !== undefined || isSuspended !== undefined;
  const demotes = isSuspended || (role !== undefined && role !== "super_admin");
  return ctx.db
    .update(users)
    .set({
      ...(role && { role }),
      ...(isSuspended !== undefined && { suspendedAt: since(users.suspendedAt, isSuspended) }),
      ...(isVerified !== undefined && { verifiedAt: since(users.verifiedAt, isVerified) }),
      ...(strips && { tokenVersion: sql`${users.tokenVersion} + 1` }),
      updatedAt: now,
      version: sql`${users.version} + 1`,
    })
    .where(
      and(
        eq(users.id, id),
        isWithinReach(ctx),
        isNull(users.anonymisedAt),
        isNull(users.mergedInto),
        role && ne(users.role, "visitor"),
        demotes ? isDispensable : undefined,
        expected === undefined ? undefined : eq(users.version, expected),
      ),
    )
    .returning({ ...adminView, tokenVersion: users.tokenVersion });
}

async function whyNot(ctx: Context, id: string) {
  const { role, version } = await readUserAsAdmin(ctx, id);
  if (ctx.expectedVersion !== undefined && ctx.expectedVersion !== version)
    return refuseAny("version_mismatch");
  if (below(ctx.actor.role).includes(role)) return refuseAny("conflict");
  return role === ctx.actor.role && role === "super_admin"
    ? refuse("last_super_admin")
    : refuseAny("forbidden");
}
