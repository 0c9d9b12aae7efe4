import { createHash, randomBytes } from "node:crypto";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { remember, remembered } from "./memory.mjs";
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
  const secrets = readValue("RIMLIGHT_SECRETS", readFileSync(file, "utf8"));
  return faultOf(secrets) ?? strangerTo(secrets);
}

const readValue = (name, text) =>
  new RegExp(`^\\s*${name}\\s*=\\s*(["']?)(.*?)\\1\\s*$`, "m").exec(text)?.[2] ?? "";

const partsOf = (secrets) => secrets.split(",").map((part) => part.trim());

export function faultOf(secrets) {
  const remedy =
    "write v1: and 32 random bytes in base64 after it, or delete .dev.vars to get that";
  if (!secrets) return `RIMLIGHT_SECRETS is missing from .dev.vars: ${remedy}.`;
  for (const part of partsOf(secrets)) {
    const [, encoded] = /^v\d+:([A-Za-z0-9+/_-]{43,}=*)$/.exec(part) ?? [];
    if (!encoded) return `RIMLIGHT_SECRETS in .dev.vars is not a secret: ${remedy}.`;
    if (new Set(Buffer.from(encoded, "base64")).size < 16)
      return `RIMLIGHT_SECRETS in .dev.vars is too weak, for its bytes repeat: ${remedy}.`;
  }
  return null;
}

/** Passwords and keys that were stored under one secret are lost under another. */
function strangerTo(secrets) {
  const prints = partsOf(secrets).map((part) => createHash("sha256").update(part).digest("hex"));
  const before = remembered().secrets;
  if (before.length > 0 && !before.some((print) => prints.includes(print)))
    return "The local data was written under another RIMLIGHT_SECRETS: put that back into .dev.vars, or delete .wrangler/state and lose the data.";
  remember({ secrets: prints });
  return null;
}
