import { env } from "cloudflare:workers";
import { equal, hmac, utf8 } from "../lib/crypto";

export class Misconfigured extends Error {
  override name = "Misconfigured";
}

type Version = { name: string; material: CryptoKey };
let versions: Promise<Version[]> | undefined;

/** `v2:<base64>,v1:<base64>` (32 bytes each, or more): the first writes, all read. */
export async function readSecrets(text: string): Promise<Version[]> {
  const parts = text ? text.split(",") : [];
  if (parts.length === 0) throw new Misconfigured("RIMLIGHT_SECRETS is missing");
  return Promise.all(
    parts.map(async (part) => {
      const [, name, encoded] = /^(v\d+):([A-Za-z0-9+/_-]{43,}=*)$/.exec(part.trim()) ?? [];
      if (!name || !encoded)
        throw new Misconfigured("RIMLIGHT_SECRETS must be v<n>:<32 bytes or more in base64>");
      const bytes = Uint8Array.from(atob(encoded.replaceAll("-", "+").replaceAll("_", "/")), (c) =>
        c.charCodeAt(0),
      );
      const material = await crypto.subtle.importKey("raw", bytes, "HKDF", false, ["deriveKey"]);
      return { name, material };
    }),
  );
}

const derived = new Map<string, Promise<CryptoKey>>();

/** One key per label and secret version; two labels never share a key (HKDF, RFC 5869). */
async function derive(label: string, kind: "HMAC" | "AES-GCM", version?: string) {
  versions ??= readSecrets(env.RIMLIGHT_SECRETS);
  const all = await versions;
  const secret = version ? all.find((v) => v.name === version) : all[0];
  if (!secret) return null;
  const id = `${secret.name}/${kind}/${label}`;
  let key = derived.get(id);
  if (!key) {
    const info = { name: "HKDF", hash: "SHA-256", salt: utf8("rimlight"), info: utf8(label) };
    const algorithm = { name: kind, hash: "SHA-256", length: 256 };
    const uses = kind === "HMAC" ? ["sign", "verify"] : ["encrypt", "decrypt"];
    key = crypto.subtle.deriveKey(info, secret.material, algorithm, false, uses);
    derived.set(id, key);
  }
  return { version: secret.name, key: await key };
}

export const secretVersions = async (): Promise<string[]> => {
  versions ??= readSecrets(env.RIMLIGHT_SECRETS);
  return (await versions).map((version) => version.name);
};

/** Whether a version is older than all that are held: it was taken out, and what it sealed is lost. */
export async function isDropped(version: string): Promise<boolean> {
  const numberOf = (name: string) => Number(name.slice(1));
  const held = await secretVersions();
  return held.every((name) => numberOf(name) > numberOf(version));
}

/** The HMAC key of a label: of the newest secret, or of the version named; null if that one is gone. */
export const macKey = (label: string, version?: string) => derive(label, "HMAC", version);

/** `<version>.<mac>` by the newest secret. */
export async function seal(label: string, data: string): Promise<string> {
  const { version, key } = (await macKey(label))!;
  return `${version}.${await hmac(key, data)}`;
}

/** Whether any secret still held made this seal. */
export async function isSealed(label: string, data: string, sealed: string): Promise<boolean> {
  const [version, mac, ...more] = sealed.split(".");
  const found = version && mac && more.length === 0 ? await macKey(label, version) : null;
  return !!found && equal(await hmac(found.key, data), mac!);
}

/** AES-GCM under a label: `<version>.<iv><ciphertext>`; the context must match to open it. */
export async function encrypt(label: string, context: string, text: string): Promise<string> {
  const { version, key } = (await derive(label, "AES-GCM"))!;
  const iv = crypto.getRandomValues(new Uint8Array(12));
  const parameters = { name: "AES-GCM", iv, additionalData: utf8(context) };
  const sealed = new Uint8Array(await crypto.subtle.encrypt(parameters, key, utf8(text)));
  const bytes = new Uint8Array(12 + sealed.length);
  bytes.set(iv);
  bytes.set(sealed, 12);
  return `${version}.${bytes.toBase64()}`;
}

/** Throws if the secret version is gone, or the text or its context was changed. */
export async function decrypt(label: string, context: string, sealed: string): Promise<string> {
  const [version = "", encoded = ""] = sealed.split(".");
  const found = await derive(label, "AES-GCM", version);
  if (!found) throw new Misconfigured(`secret ${version} is no longer in RIMLIGHT_SECRETS`);
  const bytes = Uint8Array.fromBase64(encoded);
  const parameters = { name: "AES-GCM", iv: bytes.slice(0, 12), additionalData: utf8(context) };
  const open = await crypto.subtle.decrypt(parameters, found.key, bytes.slice(12));
  return new TextDecoder().decode(open);
}
