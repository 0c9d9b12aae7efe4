import { env } from "cloudflare:workers";
import { sha256 } from "../lib/crypto";
import { networkOf } from "./limitKey";
import { type Problem, refuse } from "./problem";

const quarter = 900;
const hour = 3_600;
const configured = (text: string, usual: number) => (Number(text) > 0 ? Number(text) : usual);

/** How often, in how many seconds, and by what: an address stands for its network. */
export const buckets = {
  login: { limit: () => 5, window: quarter, by: "address" },
  /** Counts failures: what turns out right is given back. */
  "login-account": { limit: () => 10, window: quarter, by: "name" },
  /** A signed-in person's own password, asked again; counts failures. */
  reauth: { limit: () => 10, window: quarter, by: "id" },
  refresh: { limit: () => 10, window: quarter, by: "id" },
  forgot: { limit: () => 3, window: hour, by: "name" },
  verify: { limit: () => 3, window: hour, by: "name" },
  register: { limit: () => 5, window: hour, by: "address" },
  export: { limit: () => 5, window: hour, by: "id" },
  guest: { limit: () => 30, window: hour, by: "address" },
  /** Counts failures, however often a sign-in is begun. */
  "mfa-account": { limit: () => 10, window: quarter, by: "id" },
  mfa: { limit: () => 5, window: quarter, by: "id" },
  /** Keys that nobody has. */
  "wrong-key": { limit: () => 20, window: quarter, by: "address" },
  anonymous: { limit: () => configured(env.ANONYMOUS_LIMIT, 100), window: quarter, by: "address" },
  "signed-in": { limit: () => configured(env.SIGNED_IN_LIMIT, 1_000), window: quarter, by: "id" },
} as const satisfies Record<
  string,
  /** Names (mailboxes, accounts) are hashed, for they would be read in logs and dashboards. */
  { limit: () => number; window: number; by: "address" | "name" | "id" }
>;
export type Bucket = keyof typeof buckets;

/** `until` in epoch milliseconds; the headers are those of draft-ietf-httpapi-ratelimit-headers. */
export function tooMany(bucket: Bucket, until: number): Problem {
  const { limit, window } = buckets[bucket];
  const seconds = Math.max(1, Math.ceil((until - Date.now()) / 1_000));
  return refuse("rate_limited", {
    headers: {
      "retry-after": String(seconds),
      "ratelimit-policy": `"${bucket}";q=${limit()};w=${window}`,
      ratelimit: `"${bucket}";r=0;t=${seconds}`,
    },
  });
}

/** Of the object that counts, and in KV of its verdict. */
export async function nameOf(bucket: Bucket, key: string): Promise<string> {
  const { by } = buckets[bucket];
  if (by === "address") return `${bucket}:${networkOf(key)}`;
  return `${bucket}:${by === "name" ? await sha256(key) : key}`;
}
