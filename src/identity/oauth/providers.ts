import { env } from "cloudflare:workers";
import { z } from "zod";
import { Misconfigured } from "../../data/secrets";
import { refuse } from "../../http/problem";
import { type Provider, providerName } from "./schema";

declare global {
  namespace Cloudflare {
    interface Env {
      /** JSON: `{ "google": { "clientId", "clientSecret" }, "acme": { "issuer", … } }`. */
      OAUTH_PROVIDERS?: string;
    }
  }
}

const Configured = z.record(
  providerName,
  z.object({
    clientId: z.string().min(1),
    clientSecret: z.string().min(1).optional(),
    /** Of any OpenID Connect provider; `google` and `github` are known. */
    issuer: z.url().optional(),
    /** On the button. */
    name: z.string().max(40).optional(),
  }),
);

export type Client = {
  provider: string;
  name: string;
  clientId: string;
  clientSecret: string | undefined;
  issuer: string;
};

const known: Record<string, { issuer: string; name: string }> = {
  google: { issuer: "https://accounts.google.com", name: "Google" },
  github: { issuer: "https://github.com", name: "GitHub" },
};

let read: { text: string; clients: Map<string, Client> } | undefined;

function clients(): Map<string, Client> {
  const text = env.OAUTH_PROVIDERS || "{}";
  if (read?.text !== text) read = { text, clients: parse(text) };
  return read.clients;
}

function parse(text: string): Map<string, Client> {
  try {
    const entries = Object.entries(Configured.parse(JSON.parse(text)));
    return new Map(entries.map(([provider, one]) => [provider, clientOf(provider, one)]));
  } catch (cause) {
    throw new Misconfigured("OAUTH_PROVIDERS cannot be read", { cause });
  }
}

function clientOf(provider: string, one: z.output<typeof Configured>[string]): Client {
  const { issuer = known[provider]?.issuer, clientId, clientSecret } = one;
  if (!issuer || !isSecure(issuer)) throw new Error(`${provider} needs an issuer with https`);
  const name = one.name ?? known[provider]?.name ?? provider;
  return { provider, name, clientId, clientSecret, issuer };
}

/** Where secrets may be sent: over TLS, and in development to this very machine. */
export function isSecure(address: string): boolean {
  const { protocol, hostname } = new URL(address);
  if (protocol === "https:") return true;
  const isHere = ["127.0.0.1", "localhost", "[::1]"].includes(hostname);
  return env.ENVIRONMENT === "development" && protocol === "http:" && isHere;
}

/** @throws {Problem} `not_configured` */
export function clientFor(provider: string): Client {
  const client = clients().get(provider);
  if (client) return client;
  throw refuse("not_configured", {
    detail: `Signing in by ${provider} is not configured on this installation.`,
  });
}

export const listProviders = (): Provider[] =>
  [...clients().values()].map(({ provider, name }) => ({ provider, name }));
