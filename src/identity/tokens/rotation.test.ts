import { createExecutionContext, waitOnExecutionContext } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { afterEach, expect, test, vi } from "vitest";
import { type Api, api, data, type Sender } from "../../testing/api";
import { person } from "../../testing/people";

const first = env.RIMLIGHT_SECRETS;
const second = `v2:${btoa("another secret for tests, known to all")}`;
const both = `${second},${first}`;
vi.spyOn(console, "error").mockImplementation(() => {});
vi.spyOn(console, "warn").mockImplementation(() => {});
afterEach(() => {
  env.RIMLIGHT_SECRETS = first;
  vi.resetModules();
});

/** The Worker as it starts anew after its secrets were changed. */
async function deploy(secrets: string) {
  env.RIMLIGHT_SECRETS = secrets;
  vi.resetModules();
  const { answer } = await import("../../app");
  const { rotateSigningKeys } = await import("./keys");
  const { systemContext } = await import("../../data/context");
  const ask = (sender: Sender = {}): Api =>
    api({
      ...sender,
      fetch: async (request) => {
        const again = request.clone();
        const response = await once(request);
        return response.status === 503 && (await isPassing(response)) ? once(again) : response;
      },
    });
  const once = async (request: Request) => {
    const context = createExecutionContext();
    const response = await answer(request, env, context);
    await waitOnExecutionContext(context);
    return response;
  };
  return { ask, night: () => rotateSigningKeys(systemContext()) };
}
/** Objects that ran before a deploy end with it, and say so once. */
const isPassing = async (response: Response) =>
  (await response.clone().json<{ code: string }>()).code === "unavailable";
const hashOf = ({ id }: { id: string }) =>
  env.DB.prepare("SELECT hash FROM passwords WHERE user_id = ?").bind(id).first<string>("hash");

test("a new secret signs nobody out, and whatever is used goes over to it", async () => {
  const ada = await person();
  const key = await data(
    201,
    ada.api.post("/auth/api-keys", { name: "x", scopes: ["identity:read"] }),
  );
  const { ask } = await deploy(both);
  expect((await ask(ada).get("/auth/me")).status).toBe(200);
  expect((await ask({ token: key.key }).get("/auth/me")).status).toBe(200);
  const next = await data(200, ask().post("/auth/refresh", ada));
  expect(next.refreshToken).toMatch(/\.v2\.[\w-]+$/);
  expect((await data(200, ask().post("/auth/refresh", ada))).refreshToken).toBe(next.refreshToken);
  await data(200, ask().post("/auth/login", ada));
  await vi.waitUntil(async () => (await hashOf(ada))?.includes("keyid=v2"), { timeout: 5_000 });
  const page = await ask(ada).get("/auth/sessions?limit=1");
  const cursor = encodeURIComponent(page.body.page.nextCursor);
  expect((await ask(ada).get(`/auth/sessions?limit=1&cursor=${cursor}`)).status).toBe(200);
}, 60_000);

test("after a night the old secret can go: who came by meanwhile stays signed in", async () => {
  const [ada, bob] = [await person(), await person()];
  const between = await deploy(both);
  const kept = await data(200, between.ask().post("/auth/refresh", ada));
  await data(200, between.ask().post("/auth/login", ada));
  await vi.waitUntil(async () => (await hashOf(ada))?.includes("keyid=v2"), { timeout: 5_000 });
  await between.night();
  const { ask } = await deploy(second);
  expect((await ask({ token: kept.accessToken }).get("/auth/me")).status).toBe(200);
  expect((await ask().post("/auth/refresh", kept)).status).toBe(200);
  expect((await ask().post("/auth/login", ada)).status).toBe(200);
  const late = await ask().post("/auth/refresh", bob);
  expect([late.status, late.body.code]).toEqual([401, "invalid_refresh_token"]);
  const lost = await ask().post("/auth/login", bob);
  expect([lost.status, lost.body.code]).toEqual([401, "invalid_credentials"]);
  const reason = await env.DB.prepare("SELECT reason FROM sessions WHERE user_id = ?")
    .bind(bob.id)
    .first("reason");
  expect(reason).toBeNull();
}, 60_000);

test("an isolate that has not heard of the new secret yet destroys nothing", async () => {
  const { ask, night } = await deploy(both);
  await data(201, ask().post("/auth/guest"));
  await night();
  const keys = async () => {
    const sql = "SELECT id, state, private_key FROM signing_keys ORDER BY id";
    return (await env.DB.prepare(sql).all()).results;
  };
  const before = await keys();
  const late = await deploy(first);
  expect((await late.ask().post("/auth/guest")).body.code).toBe("misconfigured");
  expect(await keys()).toEqual(before);
}, 60_000);

test("a secret that is dropped at once, because it leaked, takes all it made with it", async () => {
  const third = `v3:${btoa("a third secret for tests, known to all")}`;
  const before = await deploy(second);
  const ada = await data(
    201,
    before.ask().post("/auth/register", {
      email: `${crypto.randomUUID()}@example.com`,
      password: "a quiet horse in the rain",
    }),
  );
  const { ask } = await deploy(third);
  expect((await ask({ token: ada.accessToken }).get("/auth/me")).status).toBe(401);
  expect((await ask().post("/auth/refresh", ada)).status).toBe(401);
  const started = await Promise.all([1, 2, 3].map(() => ask().post("/auth/guest")));
  expect(started.map(({ status }) => status)).toEqual([201, 201, 201]);
  expect((await ask({ token: started[0]!.data.accessToken }).get("/auth/me")).status).toBe(200);
  expect((await ask({ token: ada.accessToken }).get("/auth/me")).status).toBe(401);
  const { results } = await env.DB.prepare(
    "SELECT state, substr(private_key, 1, 2) version FROM signing_keys WHERE state <> 'dead'",
  ).all();
  expect(results.map(({ version }) => version)).toEqual(["v3", "v3"]);
}, 60_000);
