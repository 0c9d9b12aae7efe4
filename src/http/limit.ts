import { env } from "cloudflare:workers";
import { attempt, Unavailable } from "../data/attempt";
import type { Exchange } from "./answer";
import { type Bucket, buckets, nameOf, tooMany } from "./limitBuckets";
import type { Grant } from "./limiter";
import { networkOf } from "./limitKey";
import { log } from "./log";
import { Problem } from "./problem";

type Lease = { left: number; endsAt: number };
/** What an isolate remembers: verdicts (blocked until) and the leased parts of quotas. */
export type LimitMemory = {
  blocked: Map<string, number>;
  leases: Map<string, Lease>;
  openUntil: number;
};
export const newMemory = (): LimitMemory => {
  return { blocked: new Map(), leases: new Map(), openUntil: 0 };
};
const isolate = newMemory();
const most = 10_000;

/**
 * Counts one use, before the work it allows.
 * @throws {Problem} `rate_limited` when the bucket is empty
 * @throws {Unavailable} when nobody can tell
 */
export async function spend(bucket: Bucket, key: string, memory = isolate): Promise<void> {
  await take(memory, bucket, await nameOf(bucket, key), 1);
}

/**
 * For checks that must cost nothing: whether this isolate has heard that the bucket is empty.
 * @throws {Problem} `rate_limited`
 */
export async function refuseSpent(bucket: Bucket, key: string): Promise<void> {
  refuseBlocked(isolate, bucket, await nameOf(bucket, key), Date.now());
}

/** Undoes a `spend` that turned out not to count. Best effort: it never fails. */
export async function giveBack(bucket: Bucket, key: string): Promise<void> {
  const name = await nameOf(bucket, key);
  await env.RATE_LIMITER.getByName(name)
    .giveBack(1)
    .catch((error) => log("warn", "limit_unreachable", { bucket, error: String(error) }));
}

/** Counts a request of the API against the person, or else the network, that sent it. */
export function countRequest({ ctx, method, path }: Exchange): void | Promise<void> {
  if (!path.startsWith("/api/") || path.startsWith("/api/v1/webhooks/")) return;
  if (method === "OPTIONS") return;
  return ctx.actor
    ? useLease("signed-in", ctx.actor.id)
    : useLease("anonymous", networkOf(ctx.client.ip));
}

/**
 * Counts one use of a quota of which the isolate leases a twentieth at a time: usually from memory,
 * at once. Never more than the quota is used; if nobody can tell, the use is allowed.
 */
export function useLease(bucket: Bucket, key: string, memory = isolate): void | Promise<void> {
  const name = `${bucket}:${key}`;
  const now = Date.now();
  if (spendLease(memory, name, now)) return;
  refuseBlocked(memory, bucket, name, now);
  if (now < memory.openUntil) return;
  return extendLease(memory, bucket, name);
}

function spendLease(memory: LimitMemory, name: string, now: number): boolean {
  const lease = memory.leases.get(name);
  if (!lease || lease.left <= 0 || now >= lease.endsAt) return false;
  lease.left -= 1;
  return true;
}

async function extendLease(memory: LimitMemory, bucket: Bucket, name: string): Promise<void> {
  try {
    const amount = Math.max(1, Math.ceil(buckets[bucket].limit() / 20));
    const { granted, endsAt } = await take(memory, bucket, name, amount);
    const lease = memory.leases.get(name);
    const rest = lease?.endsAt === endsAt ? lease.left : 0;
    set(memory.leases, name, { left: rest + granted - 1, endsAt });
  } catch (error) {
    // Requests beside this one may have leased more than they use.
    if (spendLease(memory, name, Date.now())) return;
    if (error instanceof Problem) throw error;
    memory.openUntil = Date.now() + 5_000;
    log("error", "limits_open", { bucket, error: String(error) });
  }
}

/** Asks whoever is nearest: this isolate's memory, then KV, then the object that counts. */
async function take(
  memory: LimitMemory,
  bucket: Bucket,
  name: string,
  amount: number,
): Promise<Grant> {
  refuseBlocked(memory, bucket, name, Date.now());
  const blockedUntil = await readVerdict(name);
  if (blockedUntil > Date.now()) throw refuseUntil(memory, bucket, name, blockedUntil);
  refuseBlocked(memory, bucket, name, Date.now());
  const { limit, window } = buckets[bucket];
  const call = () => env.RATE_LIMITER.getByName(name).take(limit(), window, amount);
  const grant = await attempt(call, { repeatable: true, within: 2_000 }).catch((error) => {
    throw new Unavailable("rate limiter", 2, { cause: error });
  });
  if (grant.granted === 0) throw refuseUntil(memory, bucket, name, grant.endsAt);
  return grant;
}

async function readVerdict(name: string): Promise<number> {
  const read = () => env.CACHE.get(`limit:${name}`, { type: "text", cacheTtl: 30 });
  try {
    return Number(await attempt(read, { repeatable: false, within: 300 }));
  } catch {
    return 0;
  }
}

function refuseBlocked(memory: LimitMemory, bucket: Bucket, name: string, now: number): void {
  const until = memory.blocked.get(name);
  if (until === undefined) return;
  if (now < until) throw tooMany(bucket, until);
  memory.blocked.delete(name);
}

function refuseUntil(memory: LimitMemory, bucket: Bucket, name: string, until: number): Problem {
  set(memory.blocked, name, until);
  return tooMany(bucket, until);
}

/** The oldest give way: what they said is in the object. */
function set<V>(map: Map<string, V>, name: string, value: V): void {
  map.delete(name);
  map.set(name, value);
  for (const oldest of map.keys()) {
    if (map.size <= most) break;
    map.delete(oldest);
  }
}
