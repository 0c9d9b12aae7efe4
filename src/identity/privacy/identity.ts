import { and, desc, eq, isNull, sql } from "drizzle-orm";
import { iso } from "../../lib/time";
import { auditLog } from "../../operations/audit/tables";
import { passkeys, passkeyView } from "../factors/passkeys/tables";
import { recoveryCodes, totpSecrets } from "../factors/tables";
import { apiKeys, apiKeyView } from "../keys/tables";
import { identities, identityView } from "../oauth/tables";
import { passwords } from "../passwords/tables";
import { sessions, sessionView } from "../sessions/tables";
import { oneTimeTokens } from "../tokens/tables";
import { present } from "../users/profile";
import { profileView, users, userWords } from "../users/tables";
import type { Keeper } from "./keepers";

export const account: Keeper = {
  async tell(ctx, userId) {
    const row = await ctx.db.select(profileView).from(users).where(eq(users.id, userId)).get();
    return row ? present(row) : null;
  },
  forget: (ctx, userId, now) => [
    ctx.db
      .update(users)
      .set({
        email: null,
        displayName: "Deleted person",
        avatar: null,
        role: "visitor",
        locale: "en",
        verifiedAt: null,
        mfaEnabled: false,
        tokenVersion: sql`${users.tokenVersion} + 1`,
        anonymisedAt: now,
        updatedAt: now,
        version: sql`${users.version} + 1`,
      })
      .where(eq(users.id, userId)),
    ctx.db.delete(userWords).where(eq(userWords.userId, userId)),
  ],
};

const proofs = [
  passwords,
  totpSecrets,
  recoveryCodes,
  passkeys,
  apiKeys,
  identities,
  oneTimeTokens,
];

/** What proves who somebody is: told as far as its owner may see it. */
export const credentials: Keeper = {
  async tell(ctx, userId) {
    const [password, totp, keys, tokens, linked] = await ctx.db.batch([
      ctx.db
        .select({ changedAt: passwords.changedAt })
        .from(passwords)
        .where(eq(passwords.userId, userId)),
      ctx.db
        .select({ confirmedAt: totpSecrets.confirmedAt })
        .from(totpSecrets)
        .where(eq(totpSecrets.userId, userId)),
      ctx.db.select(apiKeyView).from(apiKeys).where(eq(apiKeys.userId, userId)),
      ctx.db.select(passkeyView).from(passkeys).where(eq(passkeys.userId, userId)),
      ctx.db.select(identityView).from(identities).where(eq(identities.userId, userId)),
    ]);
    return {
      passwordChangedAt: iso(password[0]?.changedAt ?? null),
      authenticatorSince: iso(totp[0]?.confirmedAt ?? null),
      apiKeys: keys.map(dated),
      passkeys: tokens.map(dated),
      identities: linked.map(dated),
    };
  },
  forget: (ctx, userId) =>
    proofs.map((table) => ctx.db.delete(table).where(eq(table.userId, userId))),
};

export const sessionsKept: Keeper = {
  async tell(ctx, userId) {
    const { network, revokedAt, amr } = sessions;
    const rows = await ctx.db
      .select({ ...sessionView, network, amr, revokedAt })
      .from(sessions)
      .where(and(eq(sessions.userId, userId), isNull(sessions.impersonatorId)))
      .orderBy(desc(sessions.id));
    return rows.map(dated);
  },
  forget: (ctx, userId) => [ctx.db.delete(sessions).where(eq(sessions.userId, userId))],
};

const latest = 1_000;

/** The log is chained and names people by id alone, so it stays. */
export const trail: Keeper = {
  async tell(ctx, userId) {
    const { at, action, targetType, targetId } = auditLog;
    const rows = await ctx.db
      .select({ at, action, targetType, targetId })
      .from(auditLog)
      .where(eq(auditLog.actorId, userId))
      .orderBy(desc(at))
      .limit(latest);
    return rows.map(({ at, ...row }) => ({ at: iso(at), ...row }));
  },
};

/** Milliseconds that a date can have; what is later stands for "never". */
const last = 8.64e15;
const timeOf = (value: number) => iso(value > last ? null : value);

/** Every member whose name ends in `At` is a time. */
export function dated<T extends object>(row: T): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(row).map(([name, value]) => [
      name,
      name.endsWith("At") && typeof value === "number" ? timeOf(value) : value,
    ]),
  );
}
