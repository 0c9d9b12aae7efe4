import { and, eq, gt, isNull } from "drizzle-orm";
import type { Context } from "../../data/context";
import { isUnmet } from "../../data/demand";
import { commit, emit } from "../../data/outbox";
import { invalidate } from "../../http/cache";
import { minute } from "../../lib/time";
import { refuse as refuseAdmin } from "../admin/problems";
import { isDispensable } from "../admin/reach";
import { refuse as refusePassword } from "../passwords/problems";
import { provePassword } from "../passwords/prove";
import { passwords } from "../passwords/tables";
import { announce } from "../sessions/announce";
import { endingAll } from "../sessions/end";
import { sessions } from "../sessions/tables";
import { demandChange } from "../tokens/redeem";
import { audited } from "../trail";
import { profileTag } from "../users/profile";
import { users } from "../users/tables";
import { refuse } from "./problems";
import type { Deletion } from "./schema";

/**
 * Closes one's account: nobody finds it, and every session and key of it is worth nothing. Signing
 * in within 30 days is the undo; then it is erased.
 */
export async function deleteAccount(ctx: Context, { password }: Deletion): Promise<void> {
  const { id } = ctx.actor;
  await prove(ctx, password);
  const now = Date.now();
  const [, , [raised]] = await commit(ctx, [
    ctx.db
      .update(users)
      .set({ deletedAt: now, updatedAt: now })
      .where(and(eq(users.id, id), isNull(users.deletedAt), isDispensable)),
    demandChange(ctx),
    ...endingAll(ctx, id, "account_deleted"),
    audited(ctx, { action: "account.deleted", target: ["user", id] }),
    emit(ctx, "security.changed", { userId: id, change: "account_deleted" }),
  ]).catch((error) => {
    throw isUnmet(error) ? refuseAdmin("last_super_admin") : error;
  });
  invalidate(ctx, profileTag(id));
  await announce([{ id, version: raised!.version }]);
}

/** By the password; by a fresh session where there is none. */
async function prove(ctx: Context, password: string | undefined): Promise<void> {
  if (password !== undefined) {
    await provePassword(ctx, password);
    return;
  }
  const [[known], [fresh]] = await ctx.db.batch([
    ctx.db
      .select({ userId: passwords.userId })
      .from(passwords)
      .where(eq(passwords.userId, ctx.actor.id)),
    ctx.db
      .select({ id: sessions.id })
      .from(sessions)
      .where(
        and(
          eq(sessions.id, ctx.actor.sessionId ?? ""),
          gt(sessions.createdAt, Date.now() - 10 * minute),
        ),
      ),
  ]);
  if (known) throw refusePassword("wrong_password");
  if (!fresh) throw refuse("sign_in_again");
}
