import { env } from "cloudflare:workers";
import { jwtVerify, SignJWT } from "jose";
import type { Actor, AnyContext } from "../../data/context";
import { fromBase64url } from "../../lib/crypto";
import { second } from "../../lib/time";
import { type Role, roles } from "../roles";
import { signingKey, verificationKey } from "./keyring";

/** Seconds for which an access token is good. */
export const lifetime = 900;
const tolerance = 5;
const audience = "rimlight-api";
const issuer = () => env.PUBLIC_URL || "rimlight";

export type Subject = {
  userId: string;
  sessionId: string;
  role: Role;
  tokenVersion: number;
  /** The administrator who acts as the person (`act`, RFC 8693). */
  impersonatorId?: string;
};
export type Verified = { actor: Actor; tokenVersion: number; expiresAt: number };

/** RFC 9068, with the session (`sid`), the role and the user's token version (`uv`). */
export async function issueAccessToken(ctx: AnyContext, subject: Subject): Promise<string> {
  const { kid, key } = await signingKey(ctx);
  const now = Math.floor(Date.now() / second);
  const { userId, sessionId, role, tokenVersion, impersonatorId } = subject;
  const act = impersonatorId === undefined ? {} : { act: { sub: impersonatorId } };
  return new SignJWT({ sid: sessionId, role, scope: "api", uv: tokenVersion, ...act })
    .setProtectedHeader({ alg: "EdDSA", typ: "at+jwt", kid })
    .setIssuer(issuer())
    .setAudience(audience)
    .setSubject(userId)
    .setIssuedAt(now)
    .setNotBefore(now)
    .setExpirationTime(now + lifetime)
    .sign(key);
}

/** Null for anything that is not a token of ours, unexpired, in its one canonical spelling. */
export async function verifyAccessToken(ctx: AnyContext, token: string): Promise<Verified | null> {
  const kid = kidOf(token);
  const key = kid === null ? null : await verificationKey(ctx, kid);
  if (!key) return null;
  try {
    const { payload } = await jwtVerify(token, key, {
      algorithms: ["EdDSA"],
      typ: "at+jwt",
      issuer: issuer(),
      audience,
      requiredClaims: ["sub", "sid", "iat", "nbf", "exp", "role", "scope", "uv"],
      maxTokenAge: lifetime,
      clockTolerance: tolerance,
    });
    const { sub, sid, role, uv, exp, act } = payload;
    if (typeof sub !== "string" || typeof sid !== "string" || typeof uv !== "number") return null;
    if (!roles.includes(role as Role)) return null;
    const actor: Actor = { id: sub, role: role as Role, sessionId: sid };
    if (act !== undefined) actor.impersonatorId = (act as { sub: string }).sub;
    return { actor, tokenVersion: uv, expiresAt: exp! * second };
  } catch {
    return null;
  }
}

/** The key's name, if the token is spelled as ours are. jose would also take `token==`. */
function kidOf(token: string): string | null {
  if (token.length > 4_096) return null;
  const parts = token.split(".");
  if (parts.length !== 3) return null;
  const [header, payload, signature] = parts.map(fromBase64url);
  if (!header || !payload || signature?.length !== 64) return null;
  try {
    const { alg, typ, kid, ...others } = JSON.parse(new TextDecoder().decode(header));
    const ours = alg === "EdDSA" && typ === "at+jwt" && Object.keys(others).length === 0;
    return ours && typeof kid === "string" && kid.length <= 64 ? kid : null;
  } catch {
    return null;
  }
}
