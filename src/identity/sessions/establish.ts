import { and, eq, isNull, sql } from "drizzle-orm";
import type { BatchItem } from "drizzle-orm/batch";
import type { AnyContext } from "../../data/context";
import { isUnmet } from "../../data/demand";
import { commit, emit } from "../../data/outbox";
import { networkOf } from "../../http/limitKey";
import { newId } from "../../lib/id";
import { day } from "../../lib/time";
import { isBrowser } from "../browser/cookie";
import { deliver } from "../browser/deliver";
import { askSecondFactor } from "../factors/ask";
import { guestOf, mergingGuest } from "../guests/merge";
import { isRestorable, restoring } from "../privacy/restore";
import type { Role } from "../roles";
import type { MfaChallenge, Tokens } from "../schema";
import { issueAccessToken, lifetime } from "../tokens/access";
import { demandChange } from "../tokens/redeem";
import { audited } from "../trail";
import { users } from "../users/tables";
import { announce } from "./announce";
import { deviceKey, isNewDevice } from "./newDevice";
import { hashOf, newSecret, writeRefreshToken } from "./refreshToken";
import { sessions } from "./tables";

export const idle = 7 * day;
export const absolute = 30 * day;

export type Account = { id: string; role: Role; tokenVersion: number; mfaEnabled: boolean };

/** What must still be so when the session opens, beside what `Account` says. */
type Proof = { passwordChangedAt?: number };
type Statement = BatchItem<"sqlite">;

/**
 * The one way to become signed in, whatever proved who the person is (`amr`, RFC 8176). Where there
 * is a second factor and `amr` lacks "mfa", nothing is written, and the answer asks for it. `before`
 * runs in the same transaction. A guest who signs in gives what is theirs to the account, and an
 * account that was deleted lately is restored. Null, and nothing written, if the account was
 * suspended, its tokens were revoked or its factors changed since it was read, or if a demand in
 * `before` was not met.
 */
export function establishSession(
  ctx: AnyContext,
  account: Account & { mfaEnabled: false },
  amr: readonly string[],
  before?: Statement[],
  proof?: Proof,
): Promise<Tokens | null>;
export function establishSession(
  ctx: AnyContext,
  account: Account,
  amr: readonly string[],
  before?: Statement[],
  proof?: Proof,
): Promise<Tokens | MfaChallenge | null>;
export async function establishSession(
  ctx: AnyContext,
  account: Account,
  amr: readonly string[],
  before: Statement[] = [],
  proof: Proof = {},
): Promise<Tokens | MfaChallenge | null> {
  const { id: userId, role, tokenVersion } = account;
  if (account.mfaEnabled && !amr.includes("mfa"))
    return askSecondFactor(ctx, { userId, tokenVersion, amr, ...proof });
  if (isBrowser(ctx)) ctx.claim = undefined; // An answer without its cookie is worth nothing.
  const sessionId = newId();
  const secret = newSecret();
  const row = await newRow(ctx, sessionId, secret, amr);
  const stands = and(
    isStanding(account, proof),
    amr.includes("mfa") ? undefined : eq(users.mfaEnabled, false),
  );
  const opened = ctx.db
    .insert(sessions)
    .select(ctx.db.select(row).from(users).where(stands))
    .returning({ id: sessions.id });
  const told = audited(ctx, {
    action: "session.opened",
    target: ["session", sessionId],
    actorId: userId,
    detail: { amr: amr.join(" ") },
  });
  const noticed = emit(ctx, "device.new", { userId, sessionId }, "EVENTS", isNewDevice(sessionId));
  const guestId = guestOf(ctx, userId);
  const merging = guestId ? mergingGuest(ctx, guestId, { userId, sessionId }) : [];
  const restored = restoring(ctx, userId);
  const batch = [...before, opened, demandChange(ctx), told, noticed, ...merging, ...restored];
  const results = await commit(ctx, batch as unknown as [Statement]).catch((error) => {
    if (isUnmet(error)) return null;
    throw error;
  });
  if (!results) return null;
  if (guestId) {
    const [merged] = results.at(before.length + 4) as unknown as { version: number }[];
    if (merged) await announce([{ id: guestId, version: merged.version }]);
  }
  const [accessToken, refreshToken] = await Promise.all([
    issueAccessToken(ctx, { userId, sessionId, role, tokenVersion }),
    writeRefreshToken({ sessionId, generation: 0, secret }),
  ]);
  return deliver(ctx, { accessToken, refreshToken, expiresIn: lifetime });
}

/** Among users: the account as it was read, neither suspended nor revoked nor proved otherwise since. */
export const isStanding = (
  { id, tokenVersion }: Pick<Account, "id" | "tokenVersion">,
  { passwordChangedAt }: Proof,
) =>
  and(
    eq(users.id, id),
    eq(users.tokenVersion, tokenVersion),
    isNull(users.suspendedAt),
    isRestorable(),
    passwordChangedAt === undefined
      ? undefined
      : sql`EXISTS (SELECT 1 FROM passwords WHERE user_id = ${users.id}
          AND changed_at = ${passwordChangedAt})`,
  );

/** Every column in the table's order, as SQLite's INSERT … SELECT wants them. */
export async function newRow(ctx: AnyContext, id: string, secret: string, amr: readonly string[]) {
  const now = Date.now();
  const { userAgent, ip, country, city } = ctx.client;
  const value = <T>(it: T, name: string) => sql<T>`${it}`.as(name);
  const none = (name: string) => sql<null>`NULL`.as(name);
  return {
    id: value(id, "id"),
    userId: users.id,
    currentHash: value(await hashOf(secret), "current_hash"),
    previousHash: none("previous_hash"),
    nonce: none("nonce"),
    generation: value(0, "generation"),
    rotatedAt: value(now, "rotated_at"),
    createdAt: value(now, "created_at"),
    idleAt: value(now + idle, "idle_at"),
    expiresAt: value(now + absolute, "expires_at"),
    revokedAt: none("revoked_at"),
    reason: none("reason"),
    userAgent: value(userAgent, "user_agent"),
    network: value(networkOf(ip), "network"),
    device: value(deviceKey(ctx.client), "device"),
    country: value(country, "country"),
    city: value(city, "city"),
    amr: value(JSON.stringify(amr), "amr"),
    impersonatorId: none("impersonator_id"),
  };
}
