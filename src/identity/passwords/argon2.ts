import argon2id from "argon2id/lib/argon2id.js";
import { randomBytes } from "../../lib/crypto";
/**
 * `dist/simd.wasm` of the npm package argon2id 1.0.1 (MIT, OpenPGP.js), sha256
 * 50647e10fc8e0adba4f60726f3f0d77db0e3c73516b05a83ad10390b3a8b4b0e, with the two bytes that
 * demand 1040 pages of memory changed to 305: an isolate has 128 MB, and 19 MiB are enough.
 */
import code from "./argon2id.wasm";

/** OWASP's recommendation: 19 MiB, two passes, one lane. */
export const cost = { memorySize: 19_456, passes: 2, parallelism: 1 };
export type Cost = typeof cost;

let wasm: { memory: WebAssembly.Memory; instance: WebAssembly.Instance } | undefined;

function load() {
  const memory = new WebAssembly.Memory({ initial: 305, maximum: 1040 });
  return { memory, instance: new WebAssembly.Instance(code, { env: { memory } }) };
}

export function hash(password: Uint8Array, salt: Uint8Array, spent: Cost = cost) {
  wasm ??= load();
  return argon2id({ password, salt, tagLength: 32, ...spent }, wasm);
}

const base64 = (bytes: Uint8Array) => bytes.toBase64({ omitPadding: true });
const shape =
  /^\$argon2id\$v=19\$m=(\d{1,7}),t=(\d{1,3}),p=(\d{1,2}),keyid=(v\d+)\$([A-Za-z0-9+/]{22})\$([A-Za-z0-9+/]{43})$/;

const write = (keyid: string, salt: Uint8Array, tag: Uint8Array) => {
  const { memorySize: m, passes: t, parallelism: p } = cost;
  return `$argon2id$v=19$m=${m},t=${t},p=${p},keyid=${keyid}$${base64(salt)}$${base64(tag)}`;
};

/** The PHC string of a new hash. */
export function encode(password: Uint8Array, keyid: string): string {
  const salt = randomBytes(16);
  return write(keyid, salt, hash(password, salt));
}

/** A PHC string that costs as much to compare with as any. */
export const nobodys = (keyid: string) => write(keyid, new Uint8Array(16), new Uint8Array(32));

export function decode(phc: string) {
  const found = shape.exec(phc);
  if (!found) throw new Error("not a PHC string of argon2id");
  const [, m, t, p, keyid, salt, tag] = found as unknown as [string, ...string[]];
  return {
    cost: { memorySize: Number(m), passes: Number(t), parallelism: Number(p) },
    keyid: keyid!,
    salt: Uint8Array.fromBase64(salt!),
    tag: Uint8Array.fromBase64(tag!),
  };
}
