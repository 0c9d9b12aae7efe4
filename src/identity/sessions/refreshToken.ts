import { isSealed, macKey, seal } from "../../data/secrets";
import { base64url, fromBase64url, hmac, randomBytes, sha256 } from "../../lib/crypto";

type Parts = { sessionId: string; generation: number; secret: string };

const shape = /^rlr_([0-9a-f-]{36})\.(\d{1,9})\.([\w-]{43})\.(v\d{1,6}\.[\w-]{43})$/;
const sealedPart = ({ sessionId, generation, secret }: Parts) =>
  `${sessionId}.${generation}.${secret}`;

export const newSecret = () => base64url(randomBytes(32));
export const hashOf = (secret: string) => sha256(secret);

/** `rlr_<session>.<generation>.<secret>.<mac>`: the mac tells an old token of ours from a forged one. */
export async function writeRefreshToken(parts: Parts): Promise<string> {
  const text = sealedPart(parts);
  return `rlr_${text}.${await seal("refresh-token", text)}`;
}

/** What the token says, or null if it is not one that this service wrote. */
export async function readRefreshToken(token: string): Promise<Parts | null> {
  const [, sessionId, generation, secret, mac] = shape.exec(token) ?? [];
  if (!sessionId || !generation || !secret || !mac || !fromBase64url(secret)) return null;
  const parts = { sessionId, generation: Number(generation), secret };
  if (String(parts.generation) !== generation) return null;
  return (await isSealed("refresh-token", sealedPart(parts), mac)) ? parts : null;
}

/** A fresh nonce, naming the secret version that successors are derived with. */
export async function newNonce(): Promise<string> {
  const { version } = (await macKey("refresh-successor"))!;
  return `${version}.${base64url(randomBytes(16))}`;
}

/** Whoever holds the secret and the nonce derives the same successor; null if the version is gone. */
export async function successorOf(secret: string, nonce: string): Promise<string | null> {
  const found = await macKey("refresh-successor", nonce.split(".")[0]);
  return found && hmac(found.key, `${secret}|${nonce}`);
}
