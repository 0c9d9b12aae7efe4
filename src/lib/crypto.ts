const encoder = new TextEncoder();

export const utf8 = (text: string) => encoder.encode(text) as Uint8Array<ArrayBuffer>;

export function base64url(bytes: ArrayBuffer | Uint8Array): string {
  const view = bytes instanceof Uint8Array ? bytes : new Uint8Array(bytes);
  return view.toBase64({ alphabet: "base64url", omitPadding: true });
}

/** Null for anything that is not the one canonical spelling of its bytes. */
export function fromBase64url(text: string): Uint8Array<ArrayBuffer> | null {
  try {
    const bytes = Uint8Array.fromBase64(text, { alphabet: "base64url" });
    return base64url(bytes) === text ? bytes : null;
  } catch {
    return null;
  }
}

export const randomBytes = (length: number): Uint8Array<ArrayBuffer> =>
  crypto.getRandomValues(new Uint8Array(length));

/** SHA-256 as base64url. */
export async function sha256(data: string | Uint8Array<ArrayBuffer>): Promise<string> {
  const bytes = typeof data === "string" ? utf8(data) : data;
  return base64url(await crypto.subtle.digest("SHA-256", bytes));
}

/** HMAC-SHA-256 as base64url. */
export async function hmac(key: CryptoKey, data: string): Promise<string> {
  return base64url(await crypto.subtle.sign("HMAC", key, utf8(data)));
}

/** Takes the same time wherever the two differ. */
export function equal(a: string, b: string): boolean {
  const left = utf8(a);
  const right = utf8(b);
  return left.length === right.length && crypto.subtle.timingSafeEqual(left, right);
}
