import { and, eq, isNull, sql } from "drizzle-orm";
import type { AnyContext } from "../../data/context";
import { commit, emit } from "../../data/outbox";
import { invalidate } from "../../http/cache";
import { spend } from "../../http/limit";
import { wipeUnproved } from "../factors/wipe";
import { announce } from "../sessions/announce";
import { endingAll } from "../sessions/end";
import { newOneTimeToken } from "../tokens/oneTime";
import { demandChange, readOneTimeToken, refuseUsed, voidTokens } from "../tokens/redeem";
import { audited, witnessed } from "../trail";
import { profileTag } from "../users/profile";
import { users } from "../users/tables";
import { hashPassword } from "./passwords";
import { refuseGuessable } from "./rules";
import type { PasswordReset } from "./schema";
import { passwords } from "./tables";

/**
 * Mails a link to whoever has this address. Without anybody there is one row less to write; the
 * answer, the queue and its consumer know no difference.
 */
export async function forgetPassword(ctx: AnyContext, address: string): Promise<void> {
  await spend("forgot", address);
  const whose = and(eq(users.email, address), isNull(users.suspendedAt))!;
  const token = await newOneTimeToken(ctx, { whose, purpose: "reset_password", address });
  await commit(ctx, [
    witnessed(ctx, { action: "password.forgotten", target: ["link", token.id] }),
    emit(ctx, "link.issued", { tokenId: token.id }),
    token.recorded,
  ]);
}

/**
 * Sets a new password by a mailed link, which also proves the mailbox. Every session ends, and
 * nobody is signed in: a second factor is still asked for, unless it was set up by somebody who
 * never proved the mailbox.
 */
export async function resetPassword(ctx: AnyContext, input: PasswordReset): Promise<void> {
  const link = await readOneTimeToken(ctx, "reset_password", input.token);
  const { userId, address } = link;
  await refuseGuessable(input.password, address);
  const now = Date.now();
  const hash = await hashPassword(input.password);
  const holder = and(eq(users.email, address), isNull(users.suspendedAt));
  const [, , [raised]] = await commit(ctx, [
    ...link.redeemed,
    ...endingAll(ctx, userId, "password_reset", holder),
    ...wipeUnproved(ctx, userId),
    ctx.db
      .update(users)
      .set({
        verifiedAt: sql`coalesce(${users.verifiedAt}, ${now})`,
        updatedAt: now,
        version: sql`${users.version} + 1`,
      })
      .where(and(eq(users.id, userId), holder)),
    demandChange(ctx),
    audited(ctx, { action: "password.reset", target: ["user", userId], actorId: userId }),
    emit(ctx, "security.changed", { userId, change: "password_reset" }),
    ctx.db
      .insert(passwords)
      .values({ userId, hash, changedAt: now })
      .onConflictDoUpdate({ target: passwords.userId, set: { hash, changedAt: now } }),
    voidTokens(ctx, userId, ["reset_password", "verify_email", "change_email"]),
  ]).catch(refuseUsed);
  invalidate(ctx, profileTag(userId));
  if (raised) await announce([{ id: userId, version: raised.version }]);
}
