import { createLocalJWKSet, errors, type JWTPayload, jwtVerify } from "jose";
import { equal } from "../../lib/crypto";
import type { Exchange } from "./exchange";
import { type Told, told } from "./person";
import { refuse } from "./problems";
import type { Client } from "./providers";
import { ask, discover, type Metadata, readKeys } from "./remote";

/** Any OpenID Connect provider, found by its issuer. */
export const openid: Exchange = {
  async endpoint({ issuer }) {
    const { authorization_endpoint } = await discover(issuer);
    return { address: authorization_endpoint, scope: "openid email profile" };
  },

  async identify(client, { code, iss, verifier, nonce, redirectUri }) {
    const metadata = await discover(client.issuer);
    const named = iss !== undefined || metadata.authorization_response_iss_parameter_supported;
    if (named && iss !== client.issuer) throw refuse("sign_in_failed");
    const { ok, body } = await ask(metadata.token_endpoint, {
      method: "POST",
      ...credentials(client, metadata, {
        grant_type: "authorization_code",
        code,
        redirect_uri: redirectUri,
        code_verifier: verifier,
      }),
    });
    const { id_token: token, access_token: access } = body as Record<string, unknown>;
    if (!ok || typeof token !== "string") throw refuse("sign_in_failed");
    const claims = await verify(client, metadata, token);
    if (typeof claims.nonce !== "string" || !equal(claims.nonce, nonce))
      throw refuse("sign_in_failed");
    return describe(client, metadata, claims, access);
  },
};

function credentials(
  { clientId, clientSecret }: Client,
  { token_endpoint_auth_methods_supported: methods }: Metadata,
  form: Record<string, string>,
): RequestInit {
  const basic = clientSecret !== undefined && methods.includes("client_secret_basic");
  const body = new URLSearchParams(form);
  if (!basic) {
    body.set("client_id", clientId);
    if (clientSecret !== undefined) body.set("client_secret", clientSecret);
    return { body };
  }
  const pair = `${encodeURIComponent(clientId)}:${encodeURIComponent(clientSecret)}`;
  return { body, headers: { authorization: `Basic ${btoa(pair)}` } };
}

/** By a key the provider publishes now; one that it began to use meanwhile is looked for once. */
async function verify(client: Client, { jwks_uri }: Metadata, token: string): Promise<JWTPayload> {
  const by = async (anew: boolean) => {
    const keys = createLocalJWKSet((await readKeys(jwks_uri, anew)) as never);
    const { payload } = await jwtVerify(token, keys, {
      algorithms: ["RS256", "PS256", "ES256", "EdDSA"],
      issuer: client.issuer,
      audience: client.clientId,
      requiredClaims: ["sub", "iat", "exp", "nonce"],
      maxTokenAge: "10m",
      clockTolerance: 60,
    });
    return payload;
  };
  const payload = await by(false)
    .catch((error) => {
      if (error instanceof errors.JWKSNoMatchingKey) return by(true);
      throw error;
    })
    .catch((error) => {
      throw error instanceof errors.JOSEError ? refuse("sign_in_failed") : error;
    });
  const { aud, azp } = payload;
  if (Array.isArray(aud) && aud.length > 1 && azp !== client.clientId)
    throw refuse("sign_in_failed");
  return payload;
}

/** Many providers tell the address only at their userinfo endpoint. */
async function describe(
  client: Client,
  { userinfo_endpoint }: Metadata,
  claims: JWTPayload,
  access: unknown,
): Promise<Told> {
  const subject = claims.sub!;
  if (claims.email !== undefined || !userinfo_endpoint || typeof access !== "string")
    return told(client.issuer, subject, claims as Record<string, unknown>);
  const { ok, body } = await ask(userinfo_endpoint, {
    headers: { authorization: `Bearer ${access}` },
  });
  const more = body as Record<string, unknown>;
  if (!ok || more.sub !== subject) throw refuse("sign_in_failed");
  return told(client.issuer, subject, more);
}
