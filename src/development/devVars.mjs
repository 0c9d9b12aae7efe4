import { randomBytes } from "node:crypto";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { root } from "./wrangler.mjs";

const file = join(root, ".dev.vars");

/** Written on the first start only; afterwards it is the developer's. */
const first = () => `# Development only, and never committed. Delete this file to get a new one.
ENVIRONMENT=development
LOG_LEVEL=warn
ANONYMOUS_LIMIT=1000
SIGNED_IN_LIMIT=10000
RIMLIGHT_SECRETS=v1:${randomBytes(32).toString("base64")}
`;

/** Makes .dev.vars if there is none; returns one sentence if what is there cannot work, else null. */
export function ensureDevVars() {
  if (!existsSync(file)) writeFileSync(file, first(), { mode: 0o600 });
  return faultOf(readValue("RIMLIGHT_SECRETS", readFileSync(file, "utf8")));
}

const readValue = (name, text) =>
  new RegExp(`^\\s*${name}\\s*=\\s*(["']?)(.*?)\\1\\s*$`, "m").exec(text)?.[2] ?? "";

const remedy = "delete .dev.vars, and the next start writes a new one";

export function faultOf(secrets) {
  if (!secrets) return `RIMLIGHT_SECRETS is missing from .dev.vars: ${remedy}.`;
  for (const part of secrets.split(",")) {
    const [, encoded] = /^v\d+:([A-Za-z0-9+/_-]{43,}=*)$/.exec(part.trim()) ?? [];
    if (!encoded)
      return `RIMLIGHT_SECRETS in .dev.vars is not v<n>:<32 random bytes in base64>: ${remedy}.`;
    if (new Set(Buffer.from(encoded, "base64")).size < 16)
      return `RIMLIGHT_SECRETS in .dev.vars is too weak, for its bytes repeat: ${remedy}.`;
  }
  return null;
}
