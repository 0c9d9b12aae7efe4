import { env } from "cloudflare:workers";
import { expect, test } from "vitest";
import { api, data } from "../../testing/api";
import { person } from "../../testing/people";

test("one changes what is one's own to change", async () => {
  const ada = await person();
  const change = { displayName: "Countess", locale: "DE-ch", currency: "CHF" };
  const me = await data(200, ada.api.patch("/auth/me", change));
  expect(me).toMatchObject({
    displayName: "Countess",
    locale: "de-CH",
    currency: "CHF",
    version: 2,
  });
  expect(await data(200, ada.api.get("/auth/me"))).toEqual(me);
  const avatar = "/api/v1/media/avatars/abc.webp";
  expect(await data(200, ada.api.put("/auth/me", { avatar }))).toMatchObject({
    avatarUrl: avatar,
    displayName: "Countess",
    version: 3,
  });
  expect((await data(200, ada.api.patch("/auth/me", { avatar: null }))).avatarUrl).toBeNull();
});

test("nothing privileged can be changed", async () => {
  const ada = await person();
  const change = {
    displayName: "Ada",
    role: "super_admin",
    email: "root@example.com",
    isVerified: true,
    verifiedAt: 1,
    mfaEnabled: true,
    tokenVersion: 99,
    suspendedAt: 1,
    version: 40,
    id: crypto.randomUUID(),
    createdAt: "1970-01-01T00:00:00.000Z",
  };
  const before = await data(200, ada.api.get("/auth/me"));
  const after = await data(200, ada.api.patch("/auth/me", change));
  expect(after).toEqual({ ...before, displayName: "Ada", version: 2, updatedAt: after.updatedAt });
  const nothing = await ada.api.patch("/auth/me", { role: "admin" });
  expect([nothing.status, nothing.body.code]).toEqual([422, "invalid_request"]);
});

test("a change made to an older version is refused", async () => {
  const ada = await person();
  const first = await ada.api.patch("/auth/me", { displayName: "One" }, { "if-match": '"1"' });
  expect([first.status, first.headers.get("etag")]).toEqual([200, '"2"']);
  const late = await ada.api.patch("/auth/me", { displayName: "Two" }, { "if-match": '"1"' });
  expect([late.status, late.body.code]).toEqual([412, "version_mismatch"]);
  expect((await data(200, ada.api.get("/auth/me"))).displayName).toBe("One");
});

test("of ten changes to one version at once, one is made", async () => {
  const ada = await person();
  const attempts = Array.from({ length: 10 }, (_, i) =>
    ada.api.patch("/auth/me", { displayName: `Name ${i}` }, { "if-match": '"1"' }),
  );
  const statuses = (await Promise.all(attempts)).map(({ status }) => status);
  expect(statuses.toSorted()).toEqual([200, ...Array(9).fill(412)]);
});

test("a picture is one of ours", async () => {
  const ada = await person();
  for (const avatar of [
    "https://evil.example/pixel.gif",
    "//evil.example/a.png",
    "/api/v1/media/../auth/me",
    "/api/v1/media/a/../../x",
    "javascript:alert(1)",
    "data:image/png;base64,AA",
    "/api/v1/media/",
    "",
  ]) {
    const { status } = await ada.api.patch("/auth/me", { avatar });
    expect([avatar, status]).toEqual([avatar, 422]);
  }
});

test("a language and a currency exist", async () => {
  const ada = await person();
  for (const change of [
    { locale: "not a tag" },
    { locale: "" },
    { currency: "XXX" },
    { currency: "usd" },
    {},
  ])
    expect((await ada.api.patch("/auth/me", change)).status).toBe(422);
});

test("reading and changing oneself is one round trip each", async () => {
  const ada = await person();
  const read = await ada.api.get("/auth/me");
  expect([read.headers.get("x-cache"), read.headers.get("server-timing")]).toEqual([
    "MISS",
    expect.stringContaining("trips=1 rowsRead=1 "),
  ]);
  const change = await ada.api.patch("/auth/me", { displayName: "Ada" });
  expect(change.headers.get("server-timing")).toContain("trips=1 ");
});

test("a guest has an account too, which no user's routes accept", async () => {
  const guest = await person({ role: "visitor" });
  expect((await data(200, guest.api.get("/auth/me"))).role).toBe("visitor");
  expect((await guest.api.get("/auth/sessions")).status).toBe(403);
  expect((await guest.api.post("/auth/logout", {})).status).toBe(204);
});

test("no profile is kept by anything between", async () => {
  const ada = await person();
  const { headers } = await ada.api.get("/auth/me");
  expect(headers.get("cache-control")).toBe("private, no-store");
  const bob = await person();
  expect((await data(200, bob.api.get("/auth/me"))).id).toBe(bob.id);
  expect((await api().get("/auth/me")).status).toBe(401);
  const count = await env.DB.prepare("SELECT count(*) n FROM users").first("n");
  expect(count).toBeGreaterThan(0);
});
