import { and, eq, sql } from "drizzle-orm";
import type { AnyContext } from "../../data/context";
import { users } from "../users/tables";
import { passkeys } from "./passkeys/tables";
import { recoveryCodes, totpSecrets } from "./tables";

/**
 * For the batch in which somebody proves a mailbox, before it marks the address as verified: takes
 * away every factor that whoever opened the account had put there without proving it.
 */
export function wipeUnproved(ctx: AnyContext, userId: string) {
  const unproved = sql`EXISTS (SELECT 1 FROM users WHERE id = ${userId} AND verified_at IS NULL)`;
  return [
    ctx.db.delete(totpSecrets).where(and(eq(totpSecrets.userId, userId), unproved)),
    ctx.db.delete(passkeys).where(and(eq(passkeys.userId, userId), unproved)),
    ctx.db.delete(recoveryCodes).where(and(eq(recoveryCodes.userId, userId), unproved)),
    ctx.db
      .update(users)
      .set({ mfaEnabled: false })
      .where(and(eq(users.id, userId), unproved)),
  ] as const;
}
