import { and, eq, gt, isNotNull, isNull, or } from "drizzle-orm";
import type { AnyContext } from "../../data/context";
import { day } from "../../lib/time";
import { audited } from "../trail";
import { users } from "../users/tables";

/** Milliseconds for which a deleted account waits for its person to think better of it. */
export const regret = 30 * day;

/** For a WHERE clause: the account was not deleted, or so lately that signing in restores it. */
export const isRestorable = (now = Date.now()) =>
  or(isNull(users.deletedAt), gt(users.deletedAt, now - regret));

/** Statements that undo the deletion of an account to which a session was just opened. */
export const restoring = (ctx: AnyContext, userId: string) => [
  ctx.db
    .update(users)
    .set({ deletedAt: null, updatedAt: Date.now() })
    .where(and(eq(users.id, userId), isNotNull(users.deletedAt))),
  audited(ctx, { action: "account.restored", target: ["user", userId], actorId: userId }),
];
