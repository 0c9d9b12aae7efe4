import { waitUntil } from "cloudflare:workers";
import { and, eq, gt, isNull, lt, or } from "drizzle-orm";
import { type Actor, type AnyContext, systemContext } from "../../data/context";
import { refuseSpent, spend } from "../../http/limit";
import { log } from "../../http/log";
import { hour, second } from "../../lib/time";
import { users } from "../users/tables";
import { apiKeys } from "./tables";
import { hashOfKey } from "./text";

/** Milliseconds for which an isolate believes what it has read of a key. */
const trusted = 5 * second;
const most = 2_000;
const known = new Map<string, { actor: Actor; until: number }>();

const living = (now: number) =>
  and(
    isNull(apiKeys.revokedAt),
    or(isNull(apiKeys.expiresAt), gt(apiKeys.expiresAt, now)),
    isNull(users.suspendedAt),
    isNull(users.deletedAt),
  );

/**
 * Whom an API key speaks for, or null. Its role is what its owner's is now.
 * @throws {Problem} `rate_limited` for a network that keeps guessing
 */
export async function authenticateKey(ctx: AnyContext, text: string): Promise<Actor | null> {
  const now = Date.now();
  const kept = known.get(text);
  if (kept && now < kept.until) return kept.actor;
  const hash = await hashOfKey(text);
  if (!hash) return null;
  await refuseSpent("wrong-key", ctx.client.ip);
  const actor = await readKey(hash, now);
  if (actor) remember(text, { actor, until: now + trusted });
  else await spend("wrong-key", ctx.client.ip);
  return actor;
}

async function readKey(hash: string, now: number): Promise<Actor | null> {
  const { id, scopes, lastUsedAt, expiresAt } = apiKeys;
  const row = await systemContext()
    .db.select({ keyId: id, id: users.id, role: users.role, scopes, lastUsedAt, expiresAt })
    .from(apiKeys)
    .innerJoin(users, eq(users.id, apiKeys.userId))
    .where(and(eq(apiKeys.hash, hash), living(now)))
    .get();
  if (!row) return null;
  if ((row.lastUsedAt ?? 0) < now - hour) waitUntil(noteUse(row.keyId, now));
  return { id: row.id, role: row.role, sessionId: null, keyId: row.keyId, scopes: row.scopes };
}

/** Once an hour at most, for a write costs more than most of what a key is used for. */
const noteUse = (keyId: string, now: number) =>
  systemContext()
    .database.repeatable.update(apiKeys)
    .set({ lastUsedAt: now })
    .where(
      and(
        eq(apiKeys.id, keyId),
        or(isNull(apiKeys.lastUsedAt), lt(apiKeys.lastUsedAt, now - hour)),
      ),
    )
    .catch((error) => log("warn", "key_use_unnoted", { error: String(error) }));

function remember(text: string, entry: { actor: Actor; until: number }): void {
  known.delete(text);
  known.set(text, entry);
  if (known.size > most) known.delete(known.keys().next().value!);
}

/** Takes a key out of this isolate's memory at once; others forget it within five seconds. */
export function forgetKey(keyId: string): void {
  for (const [text, { actor }] of known) if (actor.keyId === keyId) known.delete(text);
}

/** The actor as D1's primary knows them this moment, or null if the key is no longer good. */
export async function readKeyStanding(
  ctx: AnyContext,
  actor: Actor,
  keyId: string,
): Promise<Actor | null> {
  ctx.database.start = "first-primary";
  const row = await ctx.db
    .select({ role: users.role, scopes: apiKeys.scopes })
    .from(apiKeys)
    .innerJoin(users, eq(users.id, apiKeys.userId))
    .where(and(eq(apiKeys.id, keyId), eq(apiKeys.userId, actor.id), living(Date.now())))
    .get();
  return row ? { ...actor, ...row } : null;
}
