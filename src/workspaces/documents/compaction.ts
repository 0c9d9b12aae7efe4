import type { Limits } from "./limits";

export const isCompactionDue = (log: { rows: number; bytes: number }, limits: Limits) =>
  log.rows >= limits.compactRows || log.bytes >= limits.compactBytes;

/** Cuts bytes into parts that fit a row each; nothing is one empty part. */
export function splitIntoParts(bytes: Uint8Array, partBytes: number): Uint8Array[] {
  const parts: Uint8Array[] = [];
  for (let start = 0; start < bytes.length || start === 0; start += partBytes) {
    parts.push(bytes.subarray(start, start + partBytes));
  }
  return parts;
}

export function joinParts(parts: readonly Uint8Array[]): Uint8Array<ArrayBuffer> {
  const whole = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}
