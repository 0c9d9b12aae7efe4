import { env } from "cloudflare:workers";
import { afterEach, expect, test, vi } from "vitest";
import { systemContext } from "../../data/context";
import { applied } from "../../data/tables";
import { newId } from "../../lib/id";
import { api, data } from "../../testing/api";
import { type Person, person } from "../../testing/people";
import { authenticate } from "../identify";
import { spreadRevocation } from "./announce";
import { everyVersion } from "./revocations";

vi.useFakeTimers({ toFake: ["Date"], now: Date.now() });
afterEach(() => {
  vi.restoreAllMocks();
});
const wait = (milliseconds: number) => vi.setSystemTime(Date.now() + milliseconds);

const list = () => env.REVOCATIONS.getByName("all");
const sessionOf = ({ refreshToken }: { refreshToken: string }) => refreshToken.slice(4, 40);
const me = ({ token }: { token: string }) => api({ token }).get("/auth/me");
const status = async (who: { token: string }) => (await me(who)).status;
const signIn = async (who: Person) => {
  const answer = await data(200, api().post("/auth/login", who));
  return { token: answer.accessToken as string, refreshToken: answer.refreshToken as string };
};
const refreshes = async ({ refreshToken }: { refreshToken: string }) =>
  (await api().post("/auth/refresh", { refreshToken })).status;

/** As another isolate would tell it: this one does not know. */
const revokedElsewhere = (who: { refreshToken: string }) =>
  list().add([{ id: sessionOf(who), version: everyVersion, until: Date.now() + 960_000 }]);
const noObject = () => {
  vi.spyOn(console, "error").mockImplementation(() => {});
  vi.spyOn(console, "warn").mockImplementation(() => {});
  vi.spyOn(env.REVOCATIONS, "getByName").mockImplementation(() => {
    throw new Error("the object is out of reach");
  });
};

test("who signs out is out at once, here and on no other device", async () => {
  const ada = await person();
  const phone = await signIn(ada);
  expect((await ada.api.post("/auth/logout", {})).status).toBe(204);
  expect((await me(ada)).body.code).toBe("invalid_token");
  expect(await refreshes(ada)).toBe(401);
  expect([await status(phone), await refreshes(phone)]).toEqual([200, 200]);
});

test("all sessions end together, and a new sign-in is not among them", async () => {
  const ada = await person();
  const phone = await signIn(ada);
  const bob = await person();
  expect((await ada.api.post("/auth/revoke", {})).status).toBe(204);
  expect([await status(ada), await status(phone)]).toEqual([401, 401]);
  expect([await refreshes(ada), await refreshes(phone)]).toEqual([401, 401]);
  expect(await status(await signIn(ada))).toBe(200);
  expect(await status(bob)).toBe(200);
});

test("what another isolate revoked is refused within five seconds", async () => {
  const ada = await person();
  wait(6_000);
  expect(await status(ada)).toBe(200);
  await revokedElsewhere(ada);
  expect(await status(ada)).toBe(200);
  wait(5_001);
  expect(await status(ada)).toBe(401);
});

test("under traffic the list is renewed in the background, before anybody has to wait", async () => {
  const ada = await person();
  wait(6_000);
  expect(await status(ada)).toBe(200);
  await revokedElsewhere(ada);
  wait(3_000);
  await status(ada);
  await vi.waitUntil(async () => (await status(ada)) === 401, { timeout: 2_000, interval: 20 });
});

test("a sensitive route asks the database, whatever the list says", async () => {
  const ada = await person();
  await status(ada);
  await env.DB.prepare("UPDATE sessions SET revoked_at = 1 WHERE id = ?")
    .bind(sessionOf(ada))
    .run();
  expect(await status(ada)).toBe(200);
  const answer = await ada.api.post("/auth/revoke", {});
  expect([answer.status, answer.body.code]).toEqual([401, "invalid_token"]);
});

test("on a sensitive route a role counts as it is now, not as the token says", async () => {
  const admin = await person({ role: "admin" });
  const bob = await person();
  await env.DB.prepare("UPDATE users SET role = 'user' WHERE id = ?").bind(admin.id).run();
  expect((await admin.api.post("/auth/revoke", { userId: bob.id })).status).toBe(403);
  expect(await status(bob)).toBe(200);
});

test("without the object, its copy in KV is asked", async () => {
  const [ada, bob, eve] = [await person(), await person(), await person()];
  await bob.api.post("/auth/revoke", {});
  await ada.api.post("/auth/logout", {});
  await env.CACHE.put(
    `revoked:${sessionOf(eve)}`,
    JSON.stringify({ version: everyVersion, until: Date.now() + 60_000 }),
  );
  wait(6_000);
  noObject();
  expect([await status(ada), await status(bob), await status(eve)]).toEqual([401, 401, 401]);
  expect(await status(await person())).toBe(200);
  await vi.waitUntil(async () => env.CACHE.get(`revoked:${sessionOf(ada)}`));
  await vi.waitUntil(async () => env.CACHE.get(`revoked:${bob.id}`));
});

test("without the object and without KV, the token's own expiry is the bound", async () => {
  const ada = await person();
  wait(6_000);
  noObject();
  vi.spyOn(env.CACHE, "get").mockRejectedValue(new Error("KV is out of reach"));
  expect(await status(ada)).toBe(200);
  wait(900_000);
  expect(await status(ada)).toBe(401);
});

test("signing out works without the object, and the event tells it later", async () => {
  const [ada, bob] = [await person(), await person()];
  noObject();
  expect((await ada.api.post("/auth/logout", {})).status).toBe(204);
  expect((await bob.api.post("/auth/revoke", {})).status).toBe(204);
  vi.restoreAllMocks();
  for (const payload of [
    { scope: "session", id: sessionOf(ada), reason: "signed_out" },
    { scope: "user", id: bob.id, reason: "revoked" },
  ] as const) {
    const ctx = systemContext();
    const message = { id: newId(), type: "session.revoked", payload, requestId: newId() } as const;
    const row = { consumer: "test", eventId: message.id, appliedAt: Date.now() };
    await spreadRevocation(ctx, message, ctx.db.insert(applied).values(row));
  }
  const { revoked } = await list().since(0);
  expect(revoked).toContainEqual(
    expect.objectContaining({ id: sessionOf(ada), version: everyVersion }),
  );
  expect(revoked).toContainEqual(expect.objectContaining({ id: bob.id, version: 2 }));
});

test("the list keeps the highest version, tells only what is new, and forgets what is over", async () => {
  const id = newId();
  const until = Date.now() + 60_000;
  await list().add([{ id, version: 3, until }]);
  await list().add([{ id, version: 2, until }]);
  const { revoked, sequence } = await list().since(0);
  expect(revoked.filter((one) => one.id === id)).toEqual([{ id, version: 3, until }]);
  expect(await list().since(sequence)).toEqual({ revoked: [], sequence });
  wait(61_000);
  await list().add([]);
  expect((await list().since(0)).revoked.some((one) => one.id === id)).toBe(false);
});

test("a known token is answered while nothing else can be reached", async () => {
  const ada = await person();
  wait(6_000);
  await me(ada);
  expect((await me(ada)).headers.get("x-cache")).toBe("HIT");
  const broken = () => {
    throw new Error("out of reach");
  };
  vi.spyOn(env.DB, "withSession").mockImplementation(broken);
  vi.spyOn(env.CACHE, "get").mockImplementation(broken);
  vi.spyOn(env.RATE_LIMITER, "getByName").mockImplementation(broken);
  noObject();
  for (let i = 0; i < 20; i++) expect((await me(ada)).data).toMatchObject({ id: ada.id });
});

test("a room can ask whom a token names, until when, and whether it is still good", async () => {
  const ada = await person();
  const found = await authenticate(systemContext(), ada.token);
  expect(found).toMatchObject({ actor: { id: ada.id, role: "user", sessionId: sessionOf(ada) } });
  expect(Math.abs(found!.expiresAt - Date.now() - 900_000)).toBeLessThan(2_000);
  expect(await authenticate(systemContext(), `${ada.token}=`)).toBeNull();
  await ada.api.post("/auth/logout", {});
  expect(await authenticate(systemContext(), ada.token)).toBeNull();
});
