import { waitUntil } from "cloudflare:workers";
import { and, eq } from "drizzle-orm";
import type { AnyContext } from "../../data/context";
import { isDropped, macKey, secretVersions } from "../../data/secrets";
import { log } from "../../http/log";
import { utf8 } from "../../lib/crypto";
import { cost, decode, encode, hash, nobodys } from "./argon2";
import { passwords } from "./tables";

/** Hashes a password under the newest secret. */
export async function hashPassword(password: string): Promise<string> {
  const [newest] = await secretVersions();
  return encode(await pepper(password, newest!), newest!);
}

/**
 * Whether this is the password behind the hash. Without one it compares with a hash of nothing,
 * and says no: neither the answer nor its time tells whether there is an account. A hash whose
 * secret was dropped is nobody's password any more: it can be reset by mail.
 */
export async function isPassword(password: string, phc: string | null): Promise<boolean> {
  const [newest] = await secretVersions();
  const { salt, tag, keyid, cost } = decode(phc ?? nobodys(newest!));
  const isLost = await isDropped(keyid);
  const actual = hash(await pepper(password, isLost ? newest! : keyid), salt, cost);
  return crypto.subtle.timingSafeEqual(actual, tag) && phc !== null && !isLost;
}

/** Whether the hash was made with parameters or a secret that have since been replaced. */
export async function isOutdated(phc: string): Promise<boolean> {
  const made = decode(phc);
  const [newest] = await secretVersions();
  return (
    made.keyid !== newest ||
    made.cost.memorySize !== cost.memorySize ||
    made.cost.passes !== cost.passes ||
    made.cost.parallelism !== cost.parallelism
  );
}

/** Once the answer is out: a new hash in the place of an outdated one, unless the password changed. */
export function renewHash(ctx: AnyContext, userId: string, password: string, phc: string): void {
  const renew = async () => {
    if (!(await isOutdated(phc))) return;
    await scheduler.wait(100);
    await ctx.database.repeatable
      .update(passwords)
      .set({ hash: await hashPassword(password) })
      .where(and(eq(passwords.userId, userId), eq(passwords.hash, phc)));
  };
  waitUntil(renew().catch((error) => log("warn", "hash_not_renewed", { error: String(error) })));
}

/** HMAC-SHA-256 of the NFKC form, so length and NUL bytes do not matter and D1 alone is no oracle. */
async function pepper(password: string, keyid: string): Promise<Uint8Array> {
  const found = await macKey("password-pepper", keyid);
  if (!found) throw new Error(`a password hash needs secret ${keyid}`);
  const text = utf8(password.normalize("NFKC"));
  return new Uint8Array(await crypto.subtle.sign("HMAC", found.key, text));
}
