import { env } from "cloudflare:workers";
import { refuse } from "../../../http/problem";
import { base64url, fromBase64url, utf8 } from "../../../lib/crypto";

/** Who we are to an authenticator: passkeys are bound to the host in PUBLIC_URL for good. */
export function relyingParty() {
  if (!URL.canParse(env.PUBLIC_URL))
    throw refuse("not_configured", { detail: "Passkeys need PUBLIC_URL." });
  const { origin, hostname } = new URL(env.PUBLIC_URL);
  return { origin, rpId: hostname };
}

/** EdDSA, ES256, RS256, by their COSE numbers. */
export const algorithms = [-8, -7, -257];

/** Milliseconds that a browser gives the person; our challenges last as long. */
export const timeout = 300_000;

export const toWire = (challenge: string) => base64url(utf8(challenge));

/** The text of ours that came back as a challenge; "" for anything else. */
export const fromWire = (challenge: string) =>
  new TextDecoder().decode(fromBase64url(challenge) ?? new Uint8Array());
