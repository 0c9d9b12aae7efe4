import { z } from "zod";
import { Unavailable } from "../../data/attempt";
import { hour } from "../../lib/time";
import { isSecure } from "./providers";

const patience = 8_000;
const most = 256_000;

/** An answer of a provider: its status and the JSON object in it, or an empty one. */
export async function ask(address: string, init: RequestInit = {}) {
  if (!isSecure(address)) throw new Unavailable("a provider without TLS");
  const response = await fetch(address, {
    ...init,
    redirect: "manual",
    headers: { accept: "application/json", "user-agent": "rimlight", ...init.headers },
    signal: AbortSignal.timeout(patience),
  }).catch((cause) => {
    throw new Unavailable("a provider did not answer", 5, { cause });
  });
  if (response.status >= 500) throw new Unavailable(`a provider answered ${response.status}`, 5);
  const text = await response.text();
  return { ok: response.ok, body: text.length > most ? {} : parse(text) };
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return {};
  }
}

const Metadata = z.object({
  issuer: z.string(),
  authorization_endpoint: z.url(),
  token_endpoint: z.url(),
  jwks_uri: z.url(),
  userinfo_endpoint: z.url().optional(),
  token_endpoint_auth_methods_supported: z.array(z.string()).default(["client_secret_basic"]),
  authorization_response_iss_parameter_supported: z.boolean().default(false),
});
export type Metadata = z.output<typeof Metadata>;

const kept = new Map<string, { value: unknown; until: number }>();

/** What a provider publishes, believed for an hour. */
async function published<T>(address: string, read: (body: unknown) => T, anew = false): Promise<T> {
  const found = kept.get(address);
  if (found && !anew && Date.now() < found.until) return found.value as T;
  const { ok, body } = await ask(address);
  if (!ok) throw new Unavailable("a provider does not publish its configuration", 5);
  const value = read(body);
  kept.set(address, { value, until: Date.now() + hour });
  return value;
}

/** OpenID Connect Discovery 1.0; what claims to be another issuer is not believed. */
export function discover(issuer: string): Promise<Metadata> {
  const address = `${issuer.replace(/\/$/, "")}/.well-known/openid-configuration`;
  return published(address, (body) => {
    const metadata = Metadata.safeParse(body).data;
    if (metadata?.issuer !== issuer) throw new Unavailable("a provider is not who it should be");
    return metadata;
  });
}

const Keys = z.object({ keys: z.array(z.record(z.string(), z.unknown())) });

export const readKeys = (address: string, anew: boolean) =>
  published(address, (body) => Keys.parse(body), anew);
