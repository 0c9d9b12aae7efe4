import { decrypt, encrypt, secretVersions } from "../../data/secrets";
import { equal, randomBytes } from "../../lib/crypto";
import { second } from "../../lib/time";

const period = 30;
export const stepAt = (now: number) => Math.floor(now / (period * second));

/** RFC 6238 with what every app knows: SHA-1, six digits, thirty seconds. Loaded when first used. */
async function totpOf(secret: string, label = "") {
  const { Secret, TOTP } = await import("otpauth");
  return new TOTP({ issuer: "Rimlight", label, period, secret: Secret.fromBase32(secret) });
}

/** 160 bits, in base32 and as the address that an app reads from a QR code. */
export async function newTotp(label: string) {
  const { Secret } = await import("otpauth");
  const secret = new Secret({ buffer: randomBytes(20).buffer }).base32;
  return { secret, otpauthUrl: (await totpOf(secret, label)).toString() };
}

/** The present step or the one before it, whichever the code belongs to; else null. */
export async function stepOf(secret: string, code: string, now = Date.now()) {
  const totp = await totpOf(secret);
  const at = (timestamp: number) => equal(totp.generate({ timestamp }), code);
  const [present, previous] = [at(now), at(now - period * second)];
  if (present) return stepAt(now);
  return previous ? stepAt(now) - 1 : null;
}

export const sealTotp = (userId: string, secret: string) => encrypt("totp", userId, secret);
export const openTotp = (userId: string, sealed: string) => decrypt("totp", userId, sealed);

/** Whether it is sealed under the secret that writes now; others are sealed anew when they are used. */
export const isNewest = async (sealed: string) =>
  sealed.startsWith(`${(await secretVersions())[0]}.`);
