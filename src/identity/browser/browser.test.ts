import { expect, test } from "vitest";
import { type Answer, api, data } from "../../testing/api";
import { type Person, person } from "../../testing/people";

const page = { "x-rimlight-browser": "1", "sec-fetch-site": "same-origin" };
const cookieIn = ({ headers }: Answer) => headers.getSetCookie()[0] ?? "";
const pairOf = (answer: Answer) => cookieIn(answer).split(";")[0]!;
const signIn = (who: Person, headers: Record<string, string> = page) =>
  api({ headers }).post("/auth/login", who);
const refresh = (cookie: string, headers: Record<string, string> = page) =>
  api({ headers: { ...headers, cookie } }).post("/auth/refresh", {});

test("a page signs in and gets its refresh token where no script can read it", async () => {
  const answer = await signIn(await person());
  expect(answer.data).toMatchObject({ refreshToken: null, accessToken: expect.any(String) });
  const [pair, ...attributes] = cookieIn(answer).split("; ");
  expect(pair).toMatch(/^__Secure-rimlight-refresh=rlr_/);
  expect(attributes.toSorted()).toEqual(
    ["HttpOnly", "Secure", "SameSite=Strict", "Path=/api/v1/auth", "Max-Age=2592000"].toSorted(),
  );
});

test("registering and beginning as a guest do the same", async () => {
  const email = `${crypto.randomUUID()}@example.com`;
  const registered = await api({ headers: page }).post("/auth/register", {
    email,
    password: "a quiet horse in the rain",
  });
  for (const answer of [registered, await api({ headers: page }).post("/auth/guest")]) {
    expect([answer.status, answer.data.refreshToken]).toEqual([201, null]);
    expect(pairOf(answer)).toContain("rlr_");
  }
});

test("the cookie is exchanged for its successor, in the cookie again", async () => {
  const first = pairOf(await signIn(await person()));
  const answer = await refresh(first);
  expect([answer.status, answer.data.refreshToken]).toEqual([200, null]);
  expect(pairOf(answer)).not.toBe(first);
  expect((await api({ token: answer.data.accessToken }).get("/auth/me")).status).toBe(200);
  const [a, b] = await Promise.all([refresh(pairOf(answer)), refresh(pairOf(answer))]);
  expect(pairOf(a)).toBe(pairOf(b));
});

test.each([
  ["another site", { "x-rimlight-browser": "1", "sec-fetch-site": "cross-site" }],
  [
    "a neighbour below the same domain",
    { "x-rimlight-browser": "1", "sec-fetch-site": "same-site" },
  ],
  ["an address typed by hand", { "x-rimlight-browser": "1", "sec-fetch-site": "none" }],
  ["a form, which cannot send the header", { "sec-fetch-site": "same-origin" }],
  ["an old browser on another site", { "x-rimlight-browser": "1", origin: "https://evil.example" }],
  [
    "an origin we allow to ask, but not with cookies",
    { "x-rimlight-browser": "1", origin: "https://shop.example" },
  ],
  ["a sandboxed frame", { "x-rimlight-browser": "1", origin: "null" }],
  ["nobody knows where", { "x-rimlight-browser": "1" }],
])("from %s the cookie is worth nothing, and nothing happens to it", async (_, headers) => {
  const ada = await person();
  const cookie = pairOf(await signIn(ada));
  const refused = await refresh(cookie, headers as Record<string, string>);
  expect([refused.status, refused.body.code, cookieIn(refused)]).toEqual([403, "cross_site", ""]);
  const out = await api({ headers: { ...(headers as Record<string, string>), cookie } }).post(
    "/auth/logout",
    {},
  );
  expect([out.status, out.body.code]).toEqual([403, "cross_site"]);
  expect((await refresh(cookie)).status).toBe(200);
});

test("an older browser is told by its Origin", async () => {
  const headers = { "x-rimlight-browser": "1", origin: "https://rimlight.test" };
  const answer = await signIn(await person(), headers);
  expect((await refresh(pairOf(answer), headers)).status).toBe(200);
});

test("nobody is signed in for another site", async () => {
  const ada = await person();
  const headers = { "x-rimlight-browser": "1", "sec-fetch-site": "cross-site" };
  const answer = await signIn(ada, headers);
  expect([answer.status, answer.body.code, cookieIn(answer)]).toEqual([403, "cross_site", ""]);
  expect(await data(200, ada.api.get("/auth/sessions"))).toHaveLength(1);
});

test("no other route takes the cookie for credentials", async () => {
  const cookie = pairOf(await signIn(await person()));
  const asking = api({ headers: { ...page, cookie } });
  for (const path of ["/auth/me", "/auth/sessions", "/tasks"])
    expect((await asking.get(path)).body.code).toBe("authentication_required");
  expect((await asking.post("/auth/revoke", {})).status).toBe(401);
});

test("a cookie that is worth nothing goes away", async () => {
  const answer = await refresh("__Secure-rimlight-refresh=rlr_nothing");
  expect([answer.status, answer.body.code]).toEqual([401, "invalid_refresh_token"]);
  expect(cookieIn(answer)).toMatch(/^__Secure-rimlight-refresh=; .*Max-Age=0$/);
  expect((await api({ headers: page }).post("/auth/refresh", {})).status).toBe(401);
});

test("a page signs out by its cookie alone, once its access token has expired", async () => {
  const ada = await person();
  const cookie = pairOf(await signIn(ada));
  const answer = await api({ headers: { ...page, cookie }, token: "expired.token.x" }).post(
    "/auth/logout",
    {},
  );
  expect([answer.status, cookieIn(answer).includes("Max-Age=0")]).toEqual([204, true]);
  expect((await refresh(cookie)).status).toBe(401);
  expect((await ada.api.get("/auth/me")).status).toBe(200);
  expect((await api({ headers: page }).post("/auth/logout", {})).status).toBe(401);
});

test("signing out ends the session of the token and that of the cookie", async () => {
  const ada = await person();
  const answer = await signIn(ada);
  const cookie = pairOf(answer);
  expect(
    (await api({ headers: { ...page, cookie }, token: ada.token }).post("/auth/logout", {})).status,
  ).toBe(204);
  expect((await ada.api.get("/auth/me")).status).toBe(401);
  expect((await api({ token: answer.data.accessToken }).get("/auth/me")).status).toBe(401);
});
