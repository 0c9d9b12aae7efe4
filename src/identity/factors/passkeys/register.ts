import { eq, sql } from "drizzle-orm";
import type { Context } from "../../../data/context";
import { violates } from "../../../data/database";
import { demand, isUnmet } from "../../../data/demand";
import { commit, emit } from "../../../data/outbox";
import { base64url, utf8 } from "../../../lib/crypto";
import { newId } from "../../../lib/id";
import { deviceOf } from "../../sessions/device";
import { audited } from "../../trail";
import { users } from "../../users/tables";
import {
  type Challenge,
  newChallenge,
  readChallenge,
  spendChallenge,
  spentTwice,
} from "../challenge";
import { present } from "./list";
import { refuse } from "./problems";
import { algorithms, fromWire, relyingParty, timeout, toWire } from "./relyingParty";
import type { NewPasskey, Passkey } from "./schema";
import { passkeys } from "./tables";

/** What a browser needs to make a passkey for whoever asks. */
export async function beginPasskey(ctx: Context) {
  const { rpId } = relyingParty();
  const userId = ctx.actor.id;
  const [person, known] = await Promise.all([
    ctx.db
      .select({ email: users.email, displayName: users.displayName })
      .from(users)
      .where(eq(users.id, userId))
      .get(),
    ctx.db
      .select({ id: passkeys.credentialId, transports: passkeys.transports })
      .from(passkeys)
      .where(eq(passkeys.userId, userId)),
  ]);
  const displayName = person?.displayName ?? "";
  return {
    challenge: toWire(await newChallenge("passkey-register", { userId })),
    rp: { id: rpId, name: "Rimlight" },
    user: { id: base64url(utf8(userId)), name: person?.email ?? displayName, displayName },
    pubKeyCredParams: algorithms.map((alg) => ({ type: "public-key", alg })),
    excludeCredentials: known.map((one) => ({ ...one, type: "public-key" })),
    authenticatorSelection: { residentKey: "preferred", userVerification: "preferred" },
    attestation: "none",
    timeout,
  };
}

/** Keeps a passkey that was made for a challenge of ours, for this person, and for no other use. */
export async function addPasskey(ctx: Context, { response, name }: NewPasskey): Promise<Passkey> {
  const userId = ctx.actor.id;
  const { credential, challenge, isDeviceBound, isBackedUp } = await verify(userId, response);
  const passkey = {
    id: newId(),
    name: name ?? deviceOf(ctx.client.userAgent),
    isDeviceBound,
    isBackedUp,
    createdAt: Date.now(),
    lastUsedAt: null,
  };
  const { id: credentialId, publicKey, counter } = credential;
  const key = { credentialId, publicKey: base64url(publicKey), counter };
  const transports = response.response.transports ?? [];
  const mine = sql`SELECT count(*) FROM passkeys WHERE user_id = ${userId}`;
  await commit(ctx, [
    spendChallenge(ctx, challenge),
    demand(ctx, sql`(${mine}) < 20`),
    ctx.db.insert(passkeys).values({ ...passkey, ...key, userId, transports }),
    audited(ctx, { action: "passkey.added", target: ["passkey", passkey.id] }),
    emit(ctx, "security.changed", { userId, change: "passkey_added" }),
  ]).catch((error) => {
    if (isUnmet(error)) throw refuse("too_many_passkeys");
    if (violates(error, "passkeys.credential_id")) throw refuse("passkey_known");
    throw violates(error, spentTwice) ? refuse("passkey_refused") : error;
  });
  return present(passkey);
}

async function verify(userId: string, response: NewPasskey["response"]) {
  const { verifyRegistrationResponse } = await import("@simplewebauthn/server");
  const { origin, rpId } = relyingParty();
  let challenge: Challenge<"passkey-register"> | null = null;
  const verified = await verifyRegistrationResponse({
    response: response as Parameters<typeof verifyRegistrationResponse>[0]["response"],
    expectedChallenge: async (text) => {
      challenge = await readChallenge("passkey-register", fromWire(text));
      return challenge?.bound.userId === userId;
    },
    expectedOrigin: origin,
    expectedRPID: rpId,
    requireUserVerification: false,
    supportedAlgorithmIDs: algorithms,
  }).catch(() => null);
  if (!verified?.verified || !challenge) throw refuse("passkey_refused");
  const { credential, credentialDeviceType, credentialBackedUp } = verified.registrationInfo;
  const isDeviceBound = credentialDeviceType === "singleDevice";
  return { credential, challenge, isDeviceBound, isBackedUp: credentialBackedUp };
}
