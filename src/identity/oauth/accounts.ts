import { and, eq, isNotNull, isNull, sql } from "drizzle-orm";
import type { BatchItem } from "drizzle-orm/batch";
import type { AnyContext } from "../../data/context";
import { emit } from "../../data/outbox";
import { newId } from "../../lib/id";
import { wipeUnproved } from "../factors/wipe";
import { passwords } from "../passwords/tables";
import { endingAll } from "../sessions/end";
import type { Account } from "../sessions/establish";
import { demandChange, voidTokens } from "../tokens/redeem";
import { audited } from "../trail";
import { users } from "../users/tables";
import { indexingName } from "../users/words";
import type { Told } from "./person";
import { identities } from "./tables";

type Statement = BatchItem<"sqlite">;
export type Known = Account & { email: string | null; verifiedAt: number | null };

/** An account as a way in, and what must happen in the batch that opens it. */
export type Entrance = { account: Account; before: Statement[]; isTakenOver?: true };

const insertIdentity = (ctx: AnyContext, userId: string, provider: string, told: Told) => {
  const { issuer, subject, label } = told;
  const now = Date.now();
  const row = { id: newId(now), userId, provider, issuer, subject, label };
  return ctx.db.insert(identities).values({ ...row, createdAt: now, lastUsedAt: now });
};

/** Statements that link an identity; the index breaks the batch if it is somebody else's. */
export const linking = (
  ctx: AnyContext,
  userId: string,
  provider: string,
  told: Told,
): Statement[] => [
  insertIdentity(ctx, userId, provider, told),
  audited(ctx, {
    action: "identity.linked",
    target: ["user", userId],
    actorId: userId,
    detail: { provider },
  }),
  emit(ctx, "security.changed", { userId, change: "identity_linked" }),
];

/** The identity is known: whatever its mail address says by now. */
export const known = (ctx: AnyContext, account: Account, { issuer, subject }: Told): Entrance => ({
  account,
  before: [
    ctx.db
      .update(identities)
      .set({ lastUsedAt: Date.now() })
      .where(
        and(
          eq(identities.issuer, issuer),
          eq(identities.subject, subject),
          eq(identities.userId, account.id),
        ),
      ),
    demandChange(ctx),
  ],
});

/** Both sides have verified the address, so it is the same person. */
export const joined = (
  ctx: AnyContext,
  { email, ...account }: Known,
  provider: string,
  told: Told,
): Entrance => ({
  account,
  before: [
    ctx.db
      .update(users)
      .set({ updatedAt: Date.now() })
      .where(and(eq(users.id, account.id), eq(users.email, email!), isNotNull(users.verifiedAt))),
    demandChange(ctx),
    ...linking(ctx, account.id, provider, told),
  ],
});

/**
 * Nobody had proved the address of this account: now its owner has. Whatever somebody else had put
 * there to come back by is gone: password, factors, keys, identities, sessions, name and picture.
 */
export function takenOver(
  ctx: AnyContext,
  { id, role, tokenVersion, email }: Known,
  provider: string,
  told: Told,
): Entrance {
  const now = Date.now();
  const displayName = told.displayName ?? `Member ${id.slice(-4)}`;
  return {
    isTakenOver: true,
    account: { id, role, tokenVersion: tokenVersion + 1, mfaEnabled: false },
    before: [
      ...wipeUnproved(ctx, id),
      ctx.db
        .update(users)
        .set({
          verifiedAt: now,
          mfaEnabled: false,
          displayName,
          avatar: null,
          updatedAt: now,
          version: sql`${users.version} + 1`,
        })
        .where(
          and(
            eq(users.id, id),
            eq(users.email, email!),
            eq(users.tokenVersion, tokenVersion),
            isNull(users.verifiedAt),
          ),
        ),
      demandChange(ctx),
      audited(ctx, { action: "email.verified", target: ["user", id], actorId: id }),
      ...endingAll(ctx, id, "taken_over"),
      ctx.db.delete(passwords).where(eq(passwords.userId, id)),
      ctx.db.delete(identities).where(eq(identities.userId, id)),
      voidTokens(ctx, id, ["verify_email", "reset_password", "change_email", "undo_email"]),
      ...indexingName(ctx, id, displayName),
      ...linking(ctx, id, provider, told),
    ],
  };
}

/** Nobody has the address yet. */
export function created(ctx: AnyContext, provider: string, told: Told): Entrance {
  const now = Date.now();
  const id = newId(now);
  const displayName = told.displayName ?? `Member ${id.slice(-4)}`;
  const person = { id, email: told.address, displayName, role: "user" } as const;
  const row = { ...person, locale: "en", currency: "USD", verifiedAt: now };
  return {
    account: { id, role: "user", tokenVersion: 1, mfaEnabled: false },
    before: [
      ctx.db.insert(users).values({ ...row, createdAt: now, updatedAt: now }),
      emit(ctx, "user.registered", { userId: id, tokenId: null }),
      audited(ctx, {
        action: "user.registered",
        target: ["user", id],
        actorId: id,
        detail: { provider },
      }),
      insertIdentity(ctx, id, provider, told),
      ...indexingName(ctx, id, displayName),
    ],
  };
}
