import { and, eq, gt, isNull, sql } from "drizzle-orm";
import type { AnyContext } from "../../data/context";
import { commit, emit } from "../../data/outbox";
import { invalidate } from "../../http/cache";
import { wipeSince } from "../factors/wipe";
import { passwords } from "../passwords/tables";
import { announce } from "../sessions/announce";
import { endingAll } from "../sessions/end";
import { newOneTimeToken } from "../tokens/oneTime";
import { demandChange, readOneTimeToken, refuseUsed, voidTokens } from "../tokens/redeem";
import { oneTimeTokens } from "../tokens/tables";
import { audited } from "../trail";
import { profileTag } from "../users/profile";
import { users } from "../users/tables";

/**
 * The way back for whoever did not change the address themselves. Somebody else knows the password,
 * so it is void, as are all sessions, whatever opens the account since, and every later way back;
 * a link to set a new password is mailed at once.
 */
export async function undoAddressChange(ctx: AnyContext, token: string) {
  const link = await readOneTimeToken(ctx, "undo_email", token);
  const { userId, address, createdAt } = link;
  const mine = eq(users.id, userId);
  const now = Date.now();
  const reset = await newOneTimeToken(ctx, { whose: mine, purpose: "reset_password", address });
  const [, , [raised]] = await commit(ctx, [
    ...link.redeemed,
    ...endingAll(ctx, userId, "email_restored", isNull(users.suspendedAt)),
    ctx.db
      .update(users)
      .set({ email: address, verifiedAt: now, updatedAt: now, version: sql`${users.version} + 1` })
      .where(and(mine, isNull(users.suspendedAt))),
    demandChange(ctx),
    audited(ctx, { action: "email.restored", target: ["user", userId], actorId: userId }),
    ctx.db.delete(passwords).where(eq(passwords.userId, userId)),
    ...wipeSince(ctx, userId, createdAt),
    voidTokens(ctx, userId, ["verify_email", "reset_password", "change_email"]),
    ctx.db
      .update(oneTimeTokens)
      .set({ usedAt: now })
      .where(
        and(
          eq(oneTimeTokens.userId, userId),
          eq(oneTimeTokens.purpose, "undo_email"),
          gt(oneTimeTokens.createdAt, createdAt),
          isNull(oneTimeTokens.usedAt),
        ),
      ),
    reset.recorded,
    emit(ctx, "link.issued", { tokenId: reset.id }),
  ]).catch(refuseUsed);
  invalidate(ctx, profileTag(userId));
  if (raised) await announce([{ id: userId, version: raised.version }]);
  return { email: address };
}
