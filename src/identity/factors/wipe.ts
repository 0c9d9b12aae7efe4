import { and, eq, gte, isNull, type SQL, sql } from "drizzle-orm";
import type { AnyContext } from "../../data/context";
import { apiKeys } from "../keys/tables";
import { identities } from "../oauth/tables";
import { users } from "../users/tables";
import { passkeys } from "./passkeys/tables";
import { recoveryCodes, totpSecrets } from "./tables";

/**
 * For the batch in which somebody proves a mailbox, before it marks the address as verified: takes
 * away all that opens the account and was put there by whoever opened it without proving it.
 */
export const wipeUnproved = (ctx: AnyContext, userId: string) =>
  wipe(
    ctx,
    userId,
    0,
    sql`EXISTS (SELECT 1 FROM users WHERE id = ${userId} AND verified_at IS NULL)`,
  );

/** Takes away all that opens an account, but for its password, and was put there since a moment. */
export const wipeSince = (ctx: AnyContext, userId: string, since: number) =>
  wipe(ctx, userId, since);

function wipe(ctx: AnyContext, userId: string, since: number, condition?: SQL) {
  const hasTotp = sql`EXISTS (SELECT 1 FROM totp_secrets WHERE user_id = ${userId})`;
  const now = Date.now();
  return [
    ctx.db
      .delete(totpSecrets)
      .where(and(eq(totpSecrets.userId, userId), gte(totpSecrets.createdAt, since), condition)),
    ctx.db
      .delete(recoveryCodes)
      .where(and(eq(recoveryCodes.userId, userId), sql`NOT ${hasTotp}`, condition)),
    ctx.db
      .delete(passkeys)
      .where(and(eq(passkeys.userId, userId), gte(passkeys.createdAt, since), condition)),
    ctx.db
      .delete(identities)
      .where(and(eq(identities.userId, userId), gte(identities.createdAt, since), condition)),
    ctx.db
      .update(apiKeys)
      .set({ revokedAt: now })
      .where(
        and(
          eq(apiKeys.userId, userId),
          gte(apiKeys.createdAt, since),
          isNull(apiKeys.revokedAt),
          condition,
        ),
      ),
    ctx.db
      .update(users)
      .set({ mfaEnabled: false })
      .where(and(eq(users.id, userId), sql`NOT ${hasTotp}`, condition)),
  ] as const;
}
