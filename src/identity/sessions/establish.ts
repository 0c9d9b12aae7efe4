import { and, eq, isNull, sql } from "drizzle-orm";
import type { BatchItem } from "drizzle-orm/batch";
import type { AnyContext } from "../../data/context";
import { commit } from "../../data/outbox";
import { networkOf } from "../../http/limitKey";
import { newId } from "../../lib/id";
import { day } from "../../lib/time";
import { guestOf, mergingGuest } from "../guests/merge";
import type { Role } from "../roles";
import type { Tokens } from "../schema";
import { issueAccessToken, lifetime } from "../tokens/access";
import { audited } from "../trail";
import { users } from "../users/tables";
import { announce } from "./announce";
import { hashOf, newSecret, writeRefreshToken } from "./refreshToken";
import { sessions } from "./tables";

export const idle = 7 * day;
export const absolute = 30 * day;

export type Account = { id: string; role: Role; tokenVersion: number };

/**
 * The one way to become signed in, whatever proved who the person is (`amr`, RFC 8176). `before`
 * runs in the same transaction. A guest who signs in gives what is theirs to the account. Null, and nothing written, if the account was suspended or its
 * tokens were revoked since it was read.
 */
export async function establishSession(
  ctx: AnyContext,
  { id: userId, role, tokenVersion }: Account,
  amr: readonly string[],
  before: BatchItem<"sqlite">[] = [],
): Promise<Tokens | null> {
  const sessionId = newId();
  const secret = newSecret();
  const row = await newRow(ctx, sessionId, secret, amr);
  const account = and(
    eq(users.id, userId),
    eq(users.tokenVersion, tokenVersion),
    isNull(users.suspendedAt),
  );
  const opened = ctx.db
    .insert(sessions)
    .select(ctx.db.select(row).from(users).where(account))
    .returning({ id: sessions.id });
  const told = audited(ctx, {
    action: "session.opened",
    target: ["session", sessionId],
    actorId: userId,
    detail: { amr: amr.join(" ") },
  });
  const guestId = guestOf(ctx, userId);
  const merging = guestId ? mergingGuest(ctx, guestId, { userId, sessionId }) : [];
  const batch = [opened, told, ...merging];
  const results = await commit(ctx, [...before, ...batch] as unknown as [typeof opened]);
  if ((results.at(before.length) as unknown as unknown[]).length === 0) return null;
  const [merged] = (results.at(before.length + 2) ?? []) as unknown as { version: number }[];
  if (guestId && merged) await announce([{ id: guestId, version: merged.version }]);
  const [accessToken, refreshToken] = await Promise.all([
    issueAccessToken(ctx, { userId, sessionId, role, tokenVersion }),
    writeRefreshToken({ sessionId, generation: 0, secret }),
  ]);
  return { accessToken, refreshToken, expiresIn: lifetime };
}

/** Every column in the table's order, as SQLite's INSERT … SELECT wants them. */
async function newRow(ctx: AnyContext, id: string, secret: string, amr: readonly string[]) {
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
    country: value(country, "country"),
    city: value(city, "city"),
    amr: value(JSON.stringify(amr), "amr"),
  };
}
