import { inArray } from "drizzle-orm";
import type { AnyContext } from "../../data/context";
import { decrypt, isDropped } from "../../data/secrets";
import { minute, second } from "../../lib/time";
import { newKey } from "./keys";
import { signingKeys } from "./tables";

type Ring = {
  active: { kid: string; key: CryptoKey } | null;
  publicKeys: Map<string, { key: CryptoKey; x: string }>;
  readAt: number;
};

let ring: Ring = { active: null, publicKeys: new Map(), readAt: 0 };

/** A replaced key still verifies for a day, so an isolate may be this late in noticing. */
const fresh = 5 * minute;

/** The key that signs; the first caller of an installation makes it. */
export async function signingKey(ctx: AnyContext) {
  if (Date.now() - ring.readAt > fresh || !ring.active) await readRing(ctx);
  if (!ring.active) await readRing(ctx, await makeFirst(ctx));
  return ring.active!;
}

/** Null for a name that no living key has; unknown names cost D1 one read in ten seconds. */
export async function verificationKey(ctx: AnyContext, kid: string): Promise<CryptoKey | null> {
  const known = ring.publicKeys.get(kid);
  if (known) return known.key;
  if (Date.now() - ring.readAt > 10 * second) await readRing(ctx);
  return ring.publicKeys.get(kid)?.key ?? null;
}

/** RFC 7517: every key that may verify now, or soon. */
export async function publicKeys(ctx: AnyContext) {
  await signingKey(ctx);
  return [...ring.publicKeys].map(([kid, { x }]) => {
    return { kty: "OKP", crv: "Ed25519", alg: "EdDSA", use: "sig", kid, x };
  });
}

/** For tests and for the isolate that has just rotated. */
export const forgetRing = () => {
  ring = { active: null, publicKeys: new Map(), readAt: 0 };
};

type Row = typeof signingKeys.$inferSelect;

const living = (ctx: AnyContext) =>
  ctx.db
    .select()
    .from(signingKeys)
    .where(inArray(signingKeys.state, ["next", "active", "retiring"]));

async function readRing(ctx: AnyContext, rows?: Row[]): Promise<void> {
  ctx.database.start = "first-primary";
  const found = await openable(rows ?? (await living(ctx)));
  const verifying = await Promise.all(
    found.map(async ({ id, publicKey: x }) => {
      const jwk = { kty: "OKP", crv: "Ed25519", x };
      const key = await crypto.subtle.importKey("jwk", jwk, "Ed25519", true, ["verify"]);
      return [id, { key, x }] as const;
    }),
  );
  const active = found.find(({ state }) => state === "active");
  ring = {
    active: active ? { kid: active.id, key: await openKey(active) } : null,
    publicKeys: new Map(verifying),
    readAt: Date.now(),
  };
}

/** A key whose secret was dropped signs nothing, and what it has signed is not believed either. */
async function openable(rows: Row[]): Promise<Row[]> {
  const lost = await Promise.all(rows.map(isLost));
  return rows.filter((_, i) => !lost[i]);
}

const isLost = async ({ privateKey }: Row) =>
  privateKey !== null && isDropped(privateKey.split(".")[0]!);

async function openKey({ id, privateKey }: Row): Promise<CryptoKey> {
  const pkcs8 = Uint8Array.fromBase64(await decrypt("signing-key", id, privateKey!));
  return crypto.subtle.importKey("pkcs8", pkcs8, "Ed25519", false, ["sign"]);
}

/**
 * In the place of none, or of keys whose secret was dropped. Two isolates may try at once: the
 * index lets one key of each state in, and both read it.
 */
async function makeFirst(ctx: AnyContext): Promise<Row[]> {
  const keys = [await newKey("active"), await newKey("next")];
  const { repeatable } = ctx.database;
  const lost = (
    await Promise.all((await living(ctx)).map(async (row) => (await isLost(row)) && row.id))
  ).filter((id) => id !== false);
  const [, , rows] = await repeatable.batch([
    repeatable
      .update(signingKeys)
      .set({ state: "dead", privateKey: null, changedAt: Date.now() })
      .where(inArray(signingKeys.id, lost)),
    repeatable.insert(signingKeys).values(keys).onConflictDoNothing(),
    living(ctx),
  ]);
  return rows;
}
