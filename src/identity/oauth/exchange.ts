import { env } from "cloudflare:workers";
import type { AnyContext } from "../../data/context";
import { Misconfigured } from "../../data/secrets";
import { sha256 } from "../../lib/crypto";
import type { Attempt } from "./attempt";
import { github } from "./github";
import { openid } from "./openid";
import type { Told } from "./person";
import type { Client } from "./providers";

type Grant = Pick<Attempt, "verifier" | "nonce"> & {
  code: string;
  iss: string | undefined;
  redirectUri: string;
};

/** How a kind of provider is asked who somebody is. */
export type Exchange = {
  endpoint(client: Client): Promise<{ address: string; scope: string }>;
  identify(client: Client, grant: Grant): Promise<Told>;
};

export const exchangeOf = ({ provider }: Client) => (provider === "github" ? github : openid);

/** Where the provider sends people back: by configuration, never by what a request claims. */
export function redirectUriOf(ctx: AnyContext, { provider }: Client): string {
  const local = env.ENVIRONMENT === "development" ? ctx.request?.url : undefined;
  const base = env.PUBLIC_URL || local;
  if (!base) throw new Misconfigured("PUBLIC_URL is missing");
  return `${new URL(base).origin}/api/v1/auth/oauth/${provider}/callback`;
}

/** OAuth 2.1: code with PKCE, bound to this browser by `state` and to this sign-in by `nonce`. */
export async function authorizationUrl(
  ctx: AnyContext,
  client: Client,
  { state, nonce, verifier }: Attempt & { state: string },
): Promise<string> {
  const { address, scope } = await exchangeOf(client).endpoint(client);
  const url = new URL(address);
  const parameters = {
    response_type: "code",
    client_id: client.clientId,
    redirect_uri: redirectUriOf(ctx, client),
    scope,
    state,
    nonce,
    code_challenge: await sha256(verifier),
    code_challenge_method: "S256",
  };
  for (const [name, value] of Object.entries(parameters)) url.searchParams.set(name, value);
  return url.toString();
}
