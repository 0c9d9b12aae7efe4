import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createTestHarness } from "wrangler";
import { runWrangler } from "../development/wrangler.mjs";
import { browser } from "./browser.ts";
import { startProvider } from "./openid.mjs";

export const origin = "https://rimlight.test";
export const password = "a quiet horse in the rain";
export const provider = await startProvider(`${origin}/api/v1/auth/oauth/acme/callback`);

const outdir = await mkdtemp(join(tmpdir(), "rimlight-oauth-"));
const secret = Buffer.from("a secret for tests, known to all").toString("base64");
const acme = {
  issuer: provider.issuer,
  clientId: "rimlight",
  clientSecret: provider.clientSecret,
  name: "Acme",
};
const server = createTestHarness({
  workers: [
    {
      configPath: "wrangler.toml",
      prebuiltWorkerDir: outdir,
      vars: { ENVIRONMENT: "development", PUBLIC_URL: origin, LOG_LEVEL: "error" },
      secrets: { RIMLIGHT_SECRETS: `v1:${secret}`, OAUTH_PROVIDERS: JSON.stringify({ acme }) },
    },
  ],
});

/** The Worker as a deploy would upload it, beside a provider that it is configured for. */
export async function start() {
  await runWrangler(["deploy", "--dry-run", "--outdir", outdir]);
  await server.listen();
  await server.getWorker().applyD1Migrations("DB");
}

export async function stop() {
  await server.close();
  await provider.stop();
  await rm(outdir, { recursive: true, force: true });
}

let addresses = 0;
const newIp = () => `10.9.${Math.floor(++addresses / 250)}.${(addresses % 250) + 1}`;

/** Somebody at an address of their own. */
export function worker(ip = newIp()) {
  const headersOf = (init) => ({ "cf-connecting-ip": ip, ...init.headers });
  const fetch = (url, init) => server.fetch(url, { ...init, headers: headersOf(init) });
  return { origin, fetch };
}

export async function api(method, path, body, token) {
  const answer = await worker().fetch(`${origin}/api/v1${path}`, {
    method,
    headers: {
      "content-type": "application/json",
      ...(token && { authorization: `Bearer ${token}` }),
    },
    ...(body && { body: JSON.stringify(body) }),
  });
  const text = await answer.text();
  const { data, code } = text ? JSON.parse(text) : {};
  return { status: answer.status, data, code };
}

/** Whoever knows only an address and a password: the account's owner, or a squatter. */
export const register = async (email) =>
  (await api("POST", "/auth/register", { email, password, displayName: "Eve the first" })).data;

/** Somebody known to the provider. */
export function newAccount(more = {}) {
  const sub = crypto.randomUUID();
  const email = `${sub.slice(0, 8)}@example.com`;
  return { sub, email, email_verified: true, name: "Ada", ...more };
}

/** Signs in at the provider as somebody, and asks for what a page would get as JSON. */
export async function signInAs(account, as = browser(worker())) {
  provider.state.next = account;
  const { url } = await as.go("/api/v1/auth/oauth/acme", isBack);
  const answer = await as.ask(url.toString(), { headers: { accept: "application/json" } });
  const { data, code } = await answer.json();
  return { status: answer.status, data, code };
}

/** Begins as somebody who has an access token, and goes on until the page where it ends. */
export async function linkAs(token, account) {
  provider.state.next = account;
  const as = browser(worker());
  const headers = { "content-type": "application/json", authorization: `Bearer ${token}` };
  const started = await as.ask("/api/v1/auth/oauth/acme", { method: "POST", body: "{}", headers });
  const { data } = await started.json();
  const isHome = (url) => url.origin === origin && url.pathname === "/";
  return as.go(data.authorizationUrl, isHome);
}

export const isBack = (url) => url.pathname.endsWith("/callback");

export async function database(sql, ...values) {
  const { DB } = await server.getWorker().getEnv();
  const { results } = await DB.prepare(sql)
    .bind(...values)
    .all();
  return results;
}
