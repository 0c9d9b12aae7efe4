import { afterAll, beforeAll, expect, test } from "vitest";
import { browser } from "../../testing/browser.ts";
import {
  api,
  database,
  isBack,
  linkAs,
  newAccount,
  origin,
  password,
  provider,
  register,
  signInAs,
  start,
  stop,
  worker,
} from "../../testing/oauthWorker.mjs";

type Json = { code: string };
beforeAll(start, 240_000);
afterAll(stop, 60_000);

test("somebody new gets an account whose address is verified, and the same one the next time", async () => {
  const ada = newAccount({ name: "Ada Lovelace" });
  const first = await signInAs(ada);
  expect(first.data.user).toMatchObject({
    email: ada.email,
    displayName: "Ada Lovelace",
    isVerified: true,
    role: "user",
  });
  const second = await signInAs({ ...ada, email: "moved@example.com", name: "Other" });
  expect(second.data.user).toEqual(first.data.user);
  expect((await api("GET", "/auth/me", undefined, second.data.accessToken)).status).toBe(200);
});

test("a page comes back with the strict cookie to where it began, and no token in its address", async () => {
  provider.state.next = newAccount();
  const as = browser(worker());
  const isHome = (url: URL) => url.pathname === "/shop";
  const { url, answer } = await as.go("/api/v1/auth/oauth/acme?redirect=%2Fshop%3Fa%3D1", isHome);
  expect(url.toString()).toBe(`${origin}/shop?a=1`);
  const cookies = answer.headers.getSetCookie();
  expect(cookies.find((one) => one.includes("refresh"))).toMatch(
    /HttpOnly; Secure; SameSite=Strict/,
  );
  expect([...as.jar.keys()].filter((key) => key.includes("oauth"))).toEqual([]);
  const headers = {
    "x-rimlight-browser": "1",
    "sec-fetch-site": "same-origin",
    "content-type": "application/json",
  };
  const refreshed = await as.ask("/api/v1/auth/refresh", { method: "POST", body: "{}", headers });
  expect(refreshed.status).toBe(200);
});

test.each([
  "https://evil.example",
  "//evil.example",
  "/\\evil.example",
  "/\t/evil.example",
  "javascript:alert(1)",
  "evil",
  "",
  "/ok\r\nset-cookie:x",
  "\\\\evil.example",
])("nobody is sent on to %j", async (redirect) => {
  const answer = await browser(worker()).ask(
    `/api/v1/auth/oauth/acme?redirect=${encodeURIComponent(redirect)}`,
  );
  expect([answer.status, answer.headers.get("location")]).toEqual([422, null]);
});

test("an answer is worth nothing in another browser, twice, or with another state", async () => {
  provider.state.next = newAccount();
  const as = browser(worker());
  const { url } = await as.go("/api/v1/auth/oauth/acme", isBack);
  const json = { headers: { accept: "application/json" } };
  const stolen = await browser(worker()).ask(url.toString(), json);
  expect([stolen.status, ((await stolen.json()) as Json).code]).toEqual([422, "sign_in_expired"]);
  const forged = new URL(url);
  forged.searchParams.set(
    "state",
    `${url.searchParams.get("state")!.slice(0, 8)}${"x".repeat(35)}`,
  );
  expect((await as.ask(forged.toString(), json)).status).toBe(422);
  const again = await as.go("/api/v1/auth/oauth/acme", isBack);
  expect((await as.ask(again.url.toString(), json)).status).toBe(200);
  expect((await as.ask(again.url.toString(), json)).status).toBe(422);
});

test("a code of another sign-in, or of another issuer, is refused", async () => {
  provider.state.next = newAccount();
  const [eve, ada] = [browser(worker()), browser(worker())];
  const stolen = (await eve.go("/api/v1/auth/oauth/acme", isBack)).url;
  const own = (await ada.go("/api/v1/auth/oauth/acme", isBack)).url;
  own.searchParams.set("code", stolen.searchParams.get("code")!);
  const json = { headers: { accept: "application/json" } };
  const injected = await ada.ask(own.toString(), json);
  expect(((await injected.json()) as Json).code).toBe("sign_in_failed");
  const mixed = (await ada.go("/api/v1/auth/oauth/acme", isBack)).url;
  mixed.searchParams.set("iss", "https://evil.example");
  expect(((await (await ada.ask(mixed.toString(), json)).json()) as Json).code).toBe(
    "sign_in_failed",
  );
});

test("an address that the provider has not verified opens nothing", async () => {
  const { user } = await register(newAccount().email);
  const answer = await signInAs(newAccount({ email: user.email, email_verified: false }));
  expect(answer.code).toBe("address_unproved");
  expect(await database("SELECT * FROM identities WHERE user_id = ?", user.id)).toEqual([]);
});

test("an account with the same verified address is the same person's", async () => {
  const ada = newAccount();
  const { user, accessToken } = await register(ada.email);
  await database("UPDATE users SET verified_at = 1 WHERE id = ?", user.id);
  const answer = await signInAs(ada);
  expect(answer.data.user.id).toBe(user.id);
  expect((await api("GET", "/auth/me", undefined, accessToken)).status).toBe(200);
  expect((await api("POST", "/auth/login", { email: ada.email, password })).status).toBe(200);
});

test("where there is a second factor, an address alone links nothing", async () => {
  const ada = newAccount();
  const { user } = await register(ada.email);
  await database("UPDATE users SET verified_at = 1, mfa_enabled = 1 WHERE id = ?", user.id);
  expect((await signInAs(ada)).code).toBe("account_exists");
});

test("whoever squatted on an address loses all of it once its owner proves it", async () => {
  const ada = newAccount({ name: "Ada" });
  const eve = await register(ada.email);
  const key = await api(
    "POST",
    "/auth/api-keys",
    { name: "x", scopes: ["identity:read"] },
    eve.accessToken,
  );
  expect(key.status).toBe(201);
  const { data } = await signInAs(ada);
  expect(data.user).toMatchObject({ id: eve.user.id, isVerified: true, displayName: "Ada" });
  expect((await api("GET", "/auth/me", undefined, eve.accessToken)).status).toBe(401);
  expect((await api("POST", "/auth/refresh", { refreshToken: eve.refreshToken })).status).toBe(401);
  expect((await api("POST", "/auth/login", { email: ada.email, password })).status).toBe(401);
  expect(
    await database("SELECT id FROM api_keys WHERE user_id = ? AND revoked_at IS NULL", eve.user.id),
  ).toEqual([]);
  expect((await api("GET", "/auth/me", undefined, data.accessToken)).status).toBe(200);
});

test("whoever is signed in links a provider, and unlinks it unless it is the only way in", async () => {
  const { user, accessToken } = await register(newAccount().email);
  const other = newAccount();
  const { url } = await linkAs(accessToken, other);
  expect(url.hash).toBe("");
  expect((await signInAs(other)).data.user.id).toBe(user.id);
  const [linked] = (await api("GET", "/auth/identities", undefined, accessToken)).data as {
    id: string;
  }[];
  expect(linked).toMatchObject({ provider: "acme", label: other.email });
  const stranger = await register(newAccount().email);
  expect(
    (await api("DELETE", `/auth/identities/${linked!.id}`, undefined, stranger.accessToken)).status,
  ).toBe(404);
  await database("DELETE FROM passwords WHERE user_id = ?", user.id);
  expect((await api("DELETE", `/auth/identities/${linked!.id}`, undefined, accessToken)).code).toBe(
    "last_sign_in",
  );
  await database("INSERT INTO passwords VALUES (?, 'x', 1)", user.id);
  expect(
    (await api("DELETE", `/auth/identities/${linked!.id}`, undefined, accessToken)).status,
  ).toBe(204);
});

test("an identity that is somebody else's is not taken from them", async () => {
  const ada = newAccount();
  const first = await signInAs(ada);
  const eve = await register(newAccount().email);
  const { url } = await linkAs(eve.accessToken, ada);
  expect(url.hash).toBe("#error=identity_taken");
  expect((await signInAs(ada)).data.user.id).toBe(first.data.user.id);
});

test("a guest who signs in by a provider keeps what they gathered", async () => {
  const guest = (await api("POST", "/auth/guest")).data;
  await linkAs(guest.accessToken, newAccount());
  const told = await database(
    "SELECT payload FROM events WHERE type = 'guest.merged' AND instr(payload, ?)",
    guest.user.id,
  );
  expect(told).toHaveLength(1);
});

test("who says no at the provider is told so; who is suspended gets nothing", async () => {
  expect((await signInAs(null)).code).toBe("sign_in_denied");
  const ada = newAccount();
  const { data } = await signInAs(ada);
  await database("UPDATE users SET suspended_at = 1 WHERE id = ?", data.user.id);
  expect((await signInAs(ada)).code).toBe("forbidden");
});

test("ten first sign-ins of one person at once make one account", async () => {
  const ada = newAccount();
  provider.state.next = ada;
  const begun = [];
  for (let i = 0; i < 10; i++) {
    const as = browser(worker());
    begun.push({ as, url: (await as.go("/api/v1/auth/oauth/acme", isBack)).url });
  }
  const answers = await Promise.all(
    begun.map(({ as, url }) => as.ask(url.toString(), { headers: { accept: "application/json" } })),
  );
  const ids = await Promise.all(
    answers.map(async (answer) => ((await answer.json()) as { data?: Signed }).data?.user.id),
  );
  expect(answers.map(({ status }) => status)).toEqual(Array(10).fill(200));
  expect(new Set(ids).size).toBe(1);
});

test("what is not configured says so", async () => {
  const listed = await api("GET", "/auth/oauth");
  expect(listed.data).toEqual([{ provider: "acme", name: "Acme" }]);
  for (const name of ["github", "google", "nobody"])
    expect([(await api("GET", `/auth/oauth/${name}`)).status, name]).toEqual([501, name]);
  expect((await api("GET", "/auth/oauth/__proto__")).status).toBe(422);
});
