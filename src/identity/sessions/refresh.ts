import { and, eq, gt, isNull, sql } from "drizzle-orm";
import type { AnyContext } from "../../data/context";
import { commit, emit } from "../../data/outbox";
import { spend } from "../../http/limit";
import { second } from "../../lib/time";
import { isBrowser } from "../browser/cookie";
import { deliver } from "../browser/deliver";
import { refuse } from "../problems";
import type { Role } from "../roles";
import type { Tokens } from "../schema";
import { issueAccessToken, lifetime } from "../tokens/access";
import { audited } from "../trail";
import { announce } from "./announce";
import { idle } from "./establish";
import { hashOf, newNonce, readRefreshToken, successorOf, writeRefreshToken } from "./refreshToken";
import { everyVersion } from "./revocations";
import { sessions } from "./tables";

/** Milliseconds for which the token before the current one still gets the current one. */
const grace = 30 * second;

type Presented = { sessionId: string; generation: number; secret: string; hash: string };
type Turned = { userId: string; generation: number; account: string | null };

/** `account` is "<role> <token version>", or null for whoever is suspended. */
const subject = {
  userId: sessions.userId,
  generation: sessions.generation,
  account: sql<string | null>`(SELECT role || ' ' || token_version FROM users
    WHERE users.id = sessions.user_id AND suspended_at IS NULL)`,
};

const living = (sessionId: string, now: number) =>
  and(
    eq(sessions.id, sessionId),
    isNull(sessions.revokedAt),
    gt(sessions.expiresAt, now),
    gt(sessions.idleAt, now),
  );

/**
 * Turns a session one generation on. Its successor is derived from the presented secret and a
 * nonce, so whoever loses a race with the same token derives the very same successor. A token
 * older than that was used before: whoever holds it or its successor is a thief, and the session ends.
 */
export async function refresh(ctx: AnyContext, refreshToken: string): Promise<Tokens> {
  ctx.claim = undefined; // A token is its own idempotency key, and no answer with it is stored.
  isBrowser(ctx);
  const parts = await readRefreshToken(refreshToken);
  if (!parts) throw refuse("invalid_refresh_token");
  await spend("refresh", parts.sessionId);
  const presented = { ...parts, hash: await hashOf(parts.secret) };
  const nonce = await newNonce();
  const secret = (await successorOf(parts.secret, nonce))!;
  const turned = await turn(ctx, presented, nonce, await hashOf(secret));
  if (turned) return tokensOf(ctx, parts.sessionId, turned, secret);
  const late = await arriveLate(ctx, presented);
  return tokensOf(ctx, parts.sessionId, late.turned, late.secret);
}

async function turn(ctx: AnyContext, presented: Presented, nonce: string, successorHash: string) {
  const now = Date.now();
  const { sessionId, generation, hash } = presented;
  const [turned] = await ctx.db
    .update(sessions)
    .set({
      previousHash: hash,
      currentHash: successorHash,
      nonce,
      generation: generation + 1,
      rotatedAt: now,
      idleAt: now + idle,
    })
    .where(
      and(
        living(sessionId, now),
        eq(sessions.currentHash, hash),
        eq(sessions.generation, generation),
      ),
    )
    .returning(subject);
  return turned;
}

/** The presented token is not the current one: a moment late, a replay, or simply over. */
async function arriveLate(ctx: AnyContext, { sessionId, generation, secret, hash }: Presented) {
  const now = Date.now();
  const justReplaced = and(
    eq(sessions.previousHash, hash),
    eq(sessions.generation, generation + 1),
    gt(sessions.rotatedAt, now - grace),
  );
  const [ended, , , [row]] = await commit(ctx, [
    ctx.db
      .update(sessions)
      .set({ revokedAt: now, reason: "reused" })
      .where(
        and(
          living(sessionId, now),
          gt(sessions.generation, generation),
          sql`NOT (${justReplaced})`,
        ),
      )
      .returning({ id: sessions.id }),
    emit(ctx, "session.revoked", { scope: "session", id: sessionId, reason: "reused" }),
    audited(ctx, {
      action: "session.reused",
      target: ["session", sessionId],
      detail: { generation },
    }),
    ctx.db
      .select({ ...subject, nonce: sessions.nonce, currentHash: sessions.currentHash })
      .from(sessions)
      .where(and(living(sessionId, now), justReplaced)),
  ]);
  if (ended.length > 0) await announce([{ id: sessionId, version: everyVersion }]);
  const successor = row?.nonce ? await successorOf(secret, row.nonce) : null;
  if (!row || !successor || (await hashOf(successor)) !== row.currentHash)
    throw refuse("invalid_refresh_token");
  return { turned: row, secret: successor };
}

async function tokensOf(
  ctx: AnyContext,
  sessionId: string,
  { userId, generation, account }: Turned,
  secret: string,
): Promise<Tokens> {
  const [role, version] = account?.split(" ") ?? [];
  if (!role) throw refuse("invalid_refresh_token");
  const [accessToken, refreshToken] = await Promise.all([
    issueAccessToken(ctx, {
      userId,
      sessionId,
      role: role as Role,
      tokenVersion: Number(version),
    }),
    writeRefreshToken({ sessionId, generation, secret }),
  ]);
  return deliver(ctx, { accessToken, refreshToken, expiresIn: lifetime });
}
