import { env } from "cloudflare:workers";
import { expect, test } from "vitest";
import { api, data } from "../../testing/api";
import { person } from "../../testing/people";
import { deviceOf } from "./device";

const firefox = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0";

test("one sees where one is signed in, this session marked, and no secret", async () => {
  const ada = await person();
  await data(200, api({ headers: { "user-agent": firefox } }).post("/auth/login", ada));
  const sessions = await data(200, ada.api.get("/auth/sessions"));
  expect(sessions).toHaveLength(2);
  expect(sessions[0]).toEqual({
    id: expect.any(String),
    isCurrent: false,
    device: "Firefox on Linux",
    userAgent: firefox,
    place: { country: expect.any(String), city: expect.any(String) },
    createdAt: expect.stringMatching(/Z$/),
    lastSeenAt: expect.stringMatching(/Z$/),
    expiresAt: expect.stringMatching(/Z$/),
  });
  expect(sessions[1].isCurrent).toBe(true);
});

test("sessions come in pages", async () => {
  const ada = await person();
  await Promise.all([1, 2].map(() => data(200, api().post("/auth/login", ada))));
  const first = await ada.api.get("/auth/sessions?limit=2");
  const { nextCursor } = first.body.page;
  const second = await ada.api.get(
    `/auth/sessions?limit=2&cursor=${encodeURIComponent(nextCursor)}`,
  );
  expect([first.data.length, second.data.length, second.body.page.nextCursor]).toEqual([
    2,
    1,
    null,
  ]);
  const bob = await person();
  const stolen = await bob.api.get(`/auth/sessions?cursor=${encodeURIComponent(nextCursor)}`);
  expect(stolen.body.code).toBe("invalid_cursor");
});

test("one ends a session of one's own, once", async () => {
  const ada = await person();
  const phone = await data(200, api().post("/auth/login", ada));
  const [{ id }] = await data(200, ada.api.get("/auth/sessions"));
  expect((await ada.api.delete(`/auth/sessions/${id}`)).status).toBe(204);
  expect((await api({ token: phone.accessToken }).get("/auth/me")).status).toBe(401);
  expect((await ada.api.delete(`/auth/sessions/${id}`)).status).toBe(404);
  expect(await data(200, ada.api.get("/auth/sessions"))).toHaveLength(1);
});

test("one ends all sessions but this one, and one event tells the rooms which to close", async () => {
  const ada = await person();
  const others = await Promise.all([1, 2].map(() => data(200, api().post("/auth/login", ada))));
  expect((await ada.api.delete("/auth/sessions")).status).toBe(204);
  for (const { accessToken, refreshToken } of others) {
    expect((await api({ token: accessToken }).get("/auth/me")).status).toBe(401);
    expect((await api().post("/auth/refresh", { refreshToken })).status).toBe(401);
  }
  expect(await data(200, ada.api.get("/auth/sessions"))).toHaveLength(1);
  expect((await api().post("/auth/refresh", ada)).status).toBe(200);
  const { results } = await env.DB.prepare(
    "SELECT payload FROM events WHERE type = 'session.revoked' AND instr(payload, ?)",
  )
    .bind(ada.id)
    .all<{ payload: string }>();
  expect(results.map(({ payload }) => JSON.parse(payload))).toEqual([
    { scope: "user", id: ada.id, reason: "ended", except: ada.refreshToken.slice(4, 40) },
  ]);
});

test("a session of somebody else does not exist", async () => {
  const [ada, eve] = [await person(), await person({ role: "admin" })];
  const id = ada.refreshToken.slice(4, 40);
  expect((await eve.api.delete(`/auth/sessions/${id}`)).status).toBe(404);
  expect((await eve.api.delete("/auth/sessions/7")).status).toBe(422);
  expect((await ada.api.get("/auth/me")).status).toBe(200);
});

test("only administrators end the sessions of others, and only of lower roles", async () => {
  const roles = ["user", "seller", "admin", "super_admin"] as const;
  const [user, seller, admin, root] = await Promise.all(roles.map((role) => person({ role })));
  const asks = async (who: typeof user, whom: typeof user) =>
    (await who!.api.post("/auth/revoke", { userId: whom!.id })).status;
  expect(await asks(user, seller)).toBe(403);
  expect(await asks(seller, user)).toBe(403);
  expect(await asks(admin, root)).toBe(403);
  expect(await asks(admin, await person({ role: "admin" }))).toBe(403);
  expect((await seller!.api.get("/auth/me")).status).toBe(200);
  expect(await asks(admin, seller)).toBe(204);
  expect((await seller!.api.get("/auth/me")).status).toBe(401);
  expect(await asks(root, admin)).toBe(204);
  const nobody = await root!.api.post("/auth/revoke", { userId: crypto.randomUUID() });
  expect(nobody.status).toBe(404);
});

test("each end of a session is in the audit log, with who did it", async () => {
  const [admin, bob] = [await person({ role: "admin" }), await person()];
  await admin.api.post("/auth/revoke", { userId: bob.id });
  await admin.api.post("/auth/logout", {});
  const { results } = await env.DB.prepare(
    "SELECT payload FROM events WHERE type = 'audit.recorded' AND payload LIKE ? ORDER BY id",
  )
    .bind(`%"actorId":"${admin.id}"%`)
    .all<{ payload: string }>();
  const records = results.map(({ payload }) => JSON.parse(payload));
  expect(records.map(({ action }) => action)).toEqual([
    "user.registered",
    "session.opened",
    "sessions.revoked",
    "session.signed_out",
  ]);
  expect(records[2]).toMatchObject({ targetType: "user", targetId: bob.id });
});

test("devices are named by what their browser says", () => {
  const iphone =
    "Mozilla/5.0 (iPhone; CPU iPhone OS 19_0 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/19.0 Mobile/15E148 Safari/604.1";
  const edge =
    "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/142.0.0.0 Safari/537.36 Edg/142.0.0.0";
  expect([iphone, edge, "curl/8.9.1", ""].map(deviceOf)).toEqual([
    "Safari on iPhone",
    "Edge on Windows",
    "curl",
    "Unknown device",
  ]);
});
