import type { AnyContext } from "../../data/context";
import { isSealed, seal } from "../../data/secrets";
import { base64url, fromBase64url, utf8 } from "../../lib/crypto";
import { newId } from "../../lib/id";
import { minute } from "../../lib/time";
import { spentChallenges } from "./tables";

/** What each kind of challenge is bound to. */
type Kinds = {
  /** The first factor was right: whose, and what must not have changed since. */
  mfa: {
    userId: string;
    tokenVersion: number;
    amr: readonly string[];
    passwordChangedAt?: number;
  };
  "passkey-register": { userId: string };
  /** The sign-in that it is the second step of, if it is. */
  "passkey-login": { step: string | null };
};
type Kind = keyof Kinds;
export type Challenge<K extends Kind> = { id: string; expiresAt: number; bound: Kinds[K] };

const lifetime = 5 * minute;

/** A text that only we can have made, for one kind of use, good for five minutes. */
export async function newChallenge<K extends Kind>(
  kind: K,
  bound: Kinds[K],
  milliseconds = lifetime,
): Promise<string> {
  const challenge = { id: newId(), expiresAt: Date.now() + milliseconds, bound };
  const payload = base64url(utf8(JSON.stringify(challenge)));
  return `${payload}.${await seal(`challenge:${kind}`, payload)}`;
}

/** Null for what we did not make for this use, and for what has expired. */
export async function readChallenge<K extends Kind>(
  kind: K,
  text: string,
): Promise<Challenge<K> | null> {
  const dot = text.indexOf(".");
  const payload = text.slice(0, dot);
  if (dot < 0 || !(await isSealed(`challenge:${kind}`, payload, text.slice(dot + 1)))) return null;
  const challenge: Challenge<K> = JSON.parse(new TextDecoder().decode(fromBase64url(payload)!));
  return challenge.expiresAt > Date.now() ? challenge : null;
}

/** For the batch that the challenge allows: of all batches with one challenge, one runs. */
export const spendChallenge = (ctx: AnyContext, { id, expiresAt }: Challenge<Kind>) =>
  ctx.db.insert(spentChallenges).values({ id, expiresAt });

/** The constraint that a second use breaks, for `violates`. */
export const spentTwice = "spent_challenges.id";
