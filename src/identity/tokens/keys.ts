import { and, eq, exists, isNotNull, lt, notExists, sql } from "drizzle-orm";
import { alias } from "drizzle-orm/sqlite-core";
import type { AnyContext } from "../../data/context";
import { decrypt, encrypt, isDropped, secretVersions } from "../../data/secrets";
import { newId } from "../../lib/id";
import { day, hour } from "../../lib/time";
import { signingKeys } from "./tables";

/** A new Ed25519 key pair, its private part encrypted under the master secret. */
export async function newKey(state: "active" | "next", now = Date.now()) {
  const id = newId();
  const pair = (await crypto.subtle.generateKey("Ed25519", true, [
    "sign",
    "verify",
  ])) as CryptoKeyPair;
  const { x } = (await crypto.subtle.exportKey("jwk", pair.publicKey)) as { x: string };
  const pkcs8 = (await crypto.subtle.exportKey("pkcs8", pair.privateKey)) as ArrayBuffer;
  const privateKey = await encrypt("signing-key", id, new Uint8Array(pkcs8).toBase64());
  return { id, state, publicKey: x, privateKey, createdAt: now, changedAt: now };
}

/** Puts private keys under the newest secret, so that older ones can be dropped a day after it came. */
async function sealAgain(ctx: AnyContext): Promise<void> {
  const { repeatable } = ctx.database;
  const [newest] = await secretVersions();
  const rows = await repeatable
    .select({ id: signingKeys.id, privateKey: signingKeys.privateKey })
    .from(signingKeys)
    .where(isNotNull(signingKeys.privateKey));
  for (const { id, privateKey } of rows) {
    const version = privateKey!.split(".")[0]!;
    if (version === newest || (await isDropped(version))) continue;
    const open = await decrypt("signing-key", id, privateKey!);
    await repeatable
      .update(signingKeys)
      .set({ privateKey: await encrypt("signing-key", id, open) })
      .where(and(eq(signingKeys.id, id), eq(signingKeys.privateKey, privateKey!)));
  }
}

/**
 * Every night: the active key gives way after `lifetime` to one that has been published for a day,
 * verifies for a day longer, and is then forgotten. Running it twice changes nothing.
 */
export async function rotateSigningKeys(
  ctx: AnyContext,
  now = Date.now(),
  lifetime = 30 * day,
): Promise<void> {
  await sealAgain(ctx);
  const { repeatable } = ctx.database;
  const other = alias(signingKeys, "other");
  const otherIs = (state: "next" | "active") =>
    repeatable.select({ one: sql`1` }).from(other).where(eq(other.state, state));
  const published = and(eq(other.state, "next"), lt(other.createdAt, now - 23 * hour));
  const move = (state: "active" | "retiring" | "dead") =>
    repeatable
      .update(signingKeys)
      .set({ state, changedAt: now, ...(state !== "active" && { privateKey: null }) });
  const inState = (state: "next" | "active" | "retiring", age: number) =>
    and(eq(signingKeys.state, state), lt(signingKeys.changedAt, now - age));
  await repeatable.batch([
    move("dead").where(inState("retiring", 23 * hour)),
    move("retiring").where(
      and(
        inState("active", lifetime),
        exists(repeatable.select({ one: sql`1` }).from(other).where(published)),
      ),
    ),
    move("active").where(and(eq(signingKeys.state, "next"), notExists(otherIs("active")))),
    repeatable
      .insert(signingKeys)
      .values(await newKey("next", now))
      .onConflictDoNothing(),
    repeatable
      .delete(signingKeys)
      .where(and(eq(signingKeys.state, "dead"), lt(signingKeys.changedAt, now - 90 * day))),
  ]);
}
