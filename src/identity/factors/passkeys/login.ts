import { and, eq, lt, or, sql } from "drizzle-orm";
import type { AnyContext } from "../../../data/context";
import { violates } from "../../../data/database";
import { commit } from "../../../data/outbox";
import { base64url, fromBase64url, utf8 } from "../../../lib/crypto";
import type { SignedIn } from "../../schema";
import { establishSession } from "../../sessions/establish";
import { demandChange } from "../../tokens/redeem";
import { witnessed } from "../../trail";
import { present } from "../../users/profile";
import { profileView, users } from "../../users/tables";
import {
  type Challenge,
  newChallenge,
  readChallenge,
  spendChallenge,
  spentTwice,
} from "../challenge";
import { refuse as refuseStep } from "../problems";
import { refuse } from "./problems";
import { fromWire, relyingParty, timeout, toWire } from "./relyingParty";
import type { PasskeyLogin } from "./schema";
import { passkeys } from "./tables";

/** What a browser needs to use a passkey: any that it has, or after a password one of the person's. */
export async function beginPasskeyLogin(ctx: AnyContext, mfaToken?: string) {
  const { rpId } = relyingParty();
  const pending = await readPending(mfaToken);
  const known = pending
    ? await ctx.db
        .select({ id: passkeys.credentialId, transports: passkeys.transports })
        .from(passkeys)
        .where(eq(passkeys.userId, pending.bound.userId))
    : [];
  const challenge = await newChallenge("passkey-login", { step: pending?.id ?? null });
  return {
    challenge: toWire(challenge),
    rpId,
    allowCredentials: known.map((one) => ({ ...one, type: "public-key" })),
    userVerification: pending ? "preferred" : "required",
    timeout,
  };
}

/**
 * A passkey alone is two factors, if the authenticator made sure of the person; after a password it
 * is the second one. The counter and both challenges move in the transaction that opens the session.
 */
export async function loginWithPasskey(
  ctx: AnyContext,
  { response, mfaToken }: PasskeyLogin,
): Promise<SignedIn> {
  ctx.claim = undefined;
  const pending = await readPending(mfaToken);
  const known = await readOwner(ctx, response.id);
  const proved = known && (await verify(known.passkey, response, pending));
  if (!proved || (pending && pending.bound.userId !== known.profile.id))
    return refuseAssertion(ctx, known?.profile.id);
  const { tokenVersion, amr, ...proof } = pending
    ? pending.bound
    : { tokenVersion: known.tokenVersion, amr: [] };
  const before = [
    ...counted(ctx, known.passkey.id, proved.counter),
    ...[proved.challenge, ...(pending ? [pending] : [])].map((one) => spendChallenge(ctx, one)),
  ];
  const kind = known.passkey.isDeviceBound ? "hwk" : "swk";
  const account = { ...known.profile, tokenVersion };
  const tokens = await establishSession(ctx, account, [...amr, kind, "mfa"], before, proof).catch(
    (error) => {
      throw violates(error, spentTwice) ? refuse("invalid_passkey") : error;
    },
  );
  if (!tokens || "mfaRequired" in tokens) return refuseAssertion(ctx, known.profile.id);
  return { user: present(known.profile), ...tokens };
}

async function readPending(mfaToken: string | undefined) {
  if (mfaToken === undefined) return null;
  const pending = await readChallenge("mfa", mfaToken);
  if (!pending) throw refuseStep("invalid_mfa_token");
  return pending;
}

const readOwner = (ctx: AnyContext, credentialId: string) =>
  ctx.db
    .select({ passkey: passkeys, profile: profileView, tokenVersion: users.tokenVersion })
    .from(passkeys)
    .innerJoin(users, eq(users.id, passkeys.userId))
    .where(eq(passkeys.credentialId, credentialId))
    .get();

type Passkey = typeof passkeys.$inferSelect;

async function verify(
  { userId, credentialId: id, publicKey, counter }: Passkey,
  response: PasskeyLogin["response"],
  pending: Challenge<"mfa"> | null,
) {
  const { verifyAuthenticationResponse } = await import("@simplewebauthn/server");
  const { userHandle } = response.response;
  if (userHandle ? userHandle !== base64url(utf8(userId)) : !pending) return null;
  const { origin, rpId } = relyingParty();
  let challenge: Challenge<"passkey-login"> | null = null;
  const verified = await verifyAuthenticationResponse({
    response: response as Parameters<typeof verifyAuthenticationResponse>[0]["response"],
    expectedChallenge: async (text) => {
      challenge = await readChallenge("passkey-login", fromWire(text));
      return challenge !== null && challenge.bound.step === (pending?.id ?? null);
    },
    expectedOrigin: origin,
    expectedRPID: rpId,
    requireUserVerification: pending === null,
    credential: { id, publicKey: fromBase64url(publicKey)!, counter },
  }).catch(() => null);
  if (!verified?.verified || !challenge) return null;
  return { challenge, counter: verified.authenticationInfo.newCounter };
}

/** An authenticator that counts has never counted so far; one that does not always says 0. */
const counted = (ctx: AnyContext, id: string, counter: number) => [
  ctx.db
    .update(passkeys)
    .set({ counter, lastUsedAt: Date.now() })
    .where(
      and(
        eq(passkeys.id, id),
        or(lt(passkeys.counter, counter), and(eq(passkeys.counter, 0), sql`${counter} = 0`)),
      ),
    ),
  demandChange(ctx),
];

async function refuseAssertion(ctx: AnyContext, userId = "unknown"): Promise<never> {
  await commit(ctx, [witnessed(ctx, { action: "passkey.refused", target: ["user", userId] })]);
  throw refuse("invalid_passkey");
}
