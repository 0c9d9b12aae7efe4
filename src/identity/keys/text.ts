import { base64url, randomBytes, sha256 } from "../../lib/crypto";

const shape = /^rlk_([\w-]{43})([\w-]{6})$/;
const checkOf = async (secret: string) => (await sha256(`rlk_${secret}`)).slice(0, 6);

/** `rlk_<secret><check>`: the check tells a key from a slip of the pen, here and in scanners of code. */
export async function newKeyText(): Promise<string> {
  const secret = base64url(randomBytes(32));
  return `rlk_${secret}${await checkOf(secret)}`;
}

/** What is stored of a key, or null if the text cannot be one. */
export async function hashOfKey(text: string): Promise<string | null> {
  const [, secret, check] = shape.exec(text) ?? [];
  return secret && (await checkOf(secret)) === check ? sha256(text) : null;
}
