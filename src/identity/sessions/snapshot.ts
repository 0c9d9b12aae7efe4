import { env, waitUntil } from "cloudflare:workers";
import { attempt } from "../../data/attempt";
import { log } from "../../http/log";
import { second } from "../../lib/time";
import type { Verified } from "../tokens/access";
import type { Revoked } from "./revocations";

/** Milliseconds for which an isolate believes its copy of the list. */
export const trusted = 5 * second;
const renewed = trusted / 2;

type Known = Pick<Revoked, "version" | "until">;
const known = new Map<string, Known>();
let sequence = 0;
let pulledAt = 0;
let pulling = 0;
let failedAt = 0;

/** Whether the list says no to this token. */
export function isRevoked({ actor, tokenVersion }: Verified): boolean {
  if (known.size === 0) return false;
  const session = actor.sessionId && known.get(actor.sessionId);
  if (session && session.version > tokenVersion) return true;
  const person = known.get(actor.id);
  return person !== undefined && person.version > tokenVersion;
}

/** Whether the copy is young enough to be asked at once; one that ages is renewed meanwhile. */
export function isTrusted(now = Date.now()): boolean {
  const age = now - pulledAt;
  if (age > trusted || age < 0) return false;
  if (age > renewed && now - pulling > second) {
    pulling = now;
    waitUntil(pull().catch((error) => log("warn", "revocations_late", { error: String(error) })));
  }
  return true;
}

/** Brings the copy up to date, or asks KV about this one token while the object is out of reach. */
export async function refreshFor(verified: Verified): Promise<void> {
  try {
    if (Date.now() - failedAt > second) return await pull();
  } catch (error) {
    failedAt = Date.now();
    log("error", "revocations_unreachable", { error: String(error) });
  }
  await askKv(verified);
}

/** Takes entries in at once, for instance those that this isolate has just written. */
export function learn(revoked: readonly Revoked[]): void {
  for (const { id, version, until } of revoked) {
    const before = known.get(id);
    if (!before || before.version <= version) known.set(id, { version, until });
  }
}

async function pull(): Promise<void> {
  const asked = Date.now();
  const call = () => env.REVOCATIONS.getByName("all").since(sequence);
  const answer = await attempt(call, { repeatable: true, within: 2_000 });
  learn(answer.revoked);
  sequence = Math.max(sequence, answer.sequence);
  pulledAt = asked;
  for (const [id, { until }] of known) if (until < asked) known.delete(id);
}

export const kvKey = (id: string) => `revoked:${id}`;

/** If KV fails too, the token's own expiry is the bound. */
async function askKv({ actor }: Verified): Promise<void> {
  const ids = actor.sessionId ? [actor.sessionId, actor.id] : [actor.id];
  try {
    const read = () => env.CACHE.get(ids.map(kvKey), { type: "json", cacheTtl: 30 });
    const found = await attempt(read, { repeatable: false, within: 500 });
    for (const id of ids) {
      const entry = found.get(kvKey(id)) as Known | null;
      if (entry) learn([{ id, ...entry }]);
    }
  } catch (error) {
    log("error", "revocations_unknown", { error: String(error) });
  }
}
