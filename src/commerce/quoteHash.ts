import { canonicalJson } from "../lib/canonicalJson";
import { utf8 } from "../lib/crypto";
import type { Quote } from "./quoteShape";

/** SHA-256 in hex of everything the quote says: another hash means another price, share or commission. */
export async function quoteHash(quote: Quote): Promise<string> {
  const digest = await crypto.subtle.digest("SHA-256", utf8(canonicalJson(quote)));
  return new Uint8Array(digest).toHex();
}
