import { eq, sql } from "drizzle-orm";
import type { AnyContext } from "../../data/context";
import { randomBytes, sha256 } from "../../lib/crypto";
import { recoveryCodes } from "./tables";

/** Crockford's: nothing in it looks like anything else. */
const alphabet = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";

/** 120 bits as six groups of four. */
function newCode(): string {
  const bits = [...randomBytes(15)].map((byte) => byte.toString(2).padStart(8, "0")).join("");
  const letters = bits.replace(/.{5}/g, (five) => alphabet[Number.parseInt(five, 2)]!);
  return letters.replace(/.{4}(?=.)/g, "$&-");
}

/** The code as it was made, whatever the person typed for dashes, spaces, O and l; null if none. */
export function normalizeCode(text: string): string | null {
  const letters = text
    .toUpperCase()
    .replace(/[\s-]/g, "")
    .replaceAll("O", "0")
    .replace(/[IL]/g, "1");
  return /^[0-9A-HJKMNP-TV-Z]{24}$/.test(letters) ? letters.replace(/.{4}(?=.)/g, "$&-") : null;
}

export const hashCode = (code: string) => sha256(code);

/** Ten new codes, and the statements that put them in the place of all that a person had. */
export async function newRecoveryCodes(ctx: AnyContext, userId: string) {
  const codes = Array.from({ length: 10 }, newCode);
  const hashes = JSON.stringify(await Promise.all(codes.map(hashCode)));
  const replaced = [
    ctx.db.delete(recoveryCodes).where(eq(recoveryCodes.userId, userId)),
    ctx.db
      .insert(recoveryCodes)
      .select(sql`SELECT ${userId}, value, NULL FROM json_each(${hashes})`),
  ] as const;
  return { codes, replaced };
}
