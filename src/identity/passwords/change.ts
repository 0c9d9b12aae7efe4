import { and, eq } from "drizzle-orm";
import type { Context } from "../../data/context";
import { isUnmet } from "../../data/demand";
import { commit, emit } from "../../data/outbox";
import { refuse } from "../../http/problem";
import { announce } from "../sessions/announce";
import { endedSessions, endingOthers } from "../sessions/end";
import { demandChange, voidTokens } from "../tokens/redeem";
import { audited } from "../trail";
import { hashPassword } from "./passwords";
import { provePassword } from "./prove";
import { refuseGuessable } from "./rules";
import type { PasswordChange } from "./schema";
import { passwords } from "./tables";

/** A new password: every other session ends, and links to reset the old one are worth nothing. */
export async function changePassword(ctx: Context, input: PasswordChange): Promise<void> {
  const { email, displayName, changedAt } = await provePassword(ctx, input.currentPassword);
  await refuseGuessable(input.newPassword, email, displayName, "newPassword");
  const userId = ctx.actor.id;
  const now = Math.max(Date.now(), changedAt + 1);
  const [, , , , , ended] = await commit(ctx, [
    ctx.db
      .update(passwords)
      .set({ hash: await hashPassword(input.newPassword), changedAt: now })
      .where(and(eq(passwords.userId, userId), eq(passwords.changedAt, changedAt))),
    demandChange(ctx),
    audited(ctx, { action: "password.changed", target: ["user", userId] }),
    emit(ctx, "security.changed", { userId, change: "password_changed" }),
    voidTokens(ctx, userId, ["reset_password"]),
    ...endingOthers(ctx, "password_changed"),
  ]).catch((error) => {
    throw isUnmet(error) ? refuse("conflict") : error;
  });
  await announce(endedSessions(ended));
}
