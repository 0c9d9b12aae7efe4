import { env } from "cloudflare:workers";
import { expect, test } from "vitest";
import { newId } from "../../lib/id";
import { api, data, type Json } from "../../testing/api";
import { person } from "../../testing/people";

const password = "a quiet horse in the rain";
const guest = async () => {
  const { user, accessToken, refreshToken } = await data(201, api().post("/auth/guest"));
  return { id: user.id, user, token: accessToken, refreshToken, api: api({ token: accessToken }) };
};
const register = (by: { api: ReturnType<typeof api> }, email = `${newId()}@example.com`) =>
  by.api.post("/auth/register", { email, password });
const told = async (type: string, id: string): Promise<Json[]> => {
  const { results } = await env.DB.prepare(
    "SELECT payload FROM events WHERE type = ? AND payload LIKE ?",
  )
    .bind(type, `%${id}%`)
    .all<{ payload: string }>();
  return results.map(({ payload }) => JSON.parse(payload));
};

test("a guest has an account without an address, and may nothing that needs a registered one", async () => {
  const { user, api: asGuest } = await guest();
  expect(user).toMatchObject({ role: "visitor", email: null, isVerified: false });
  expect((await data(200, asGuest.get("/auth/me"))).id).toBe(user.id);
  expect((await asGuest.get("/auth/sessions")).status).toBe(403);
  expect((await asGuest.post("/auth/revoke", {})).status).toBe(403);
});

test("a guest who registers stays the same account, with tokens of a user", async () => {
  const visitor = await guest();
  await visitor.api.patch("/auth/me", { currency: "EUR" });
  const { user, accessToken, refreshToken } = await data(201, register(visitor));
  expect(user).toMatchObject({ id: visitor.id, role: "user", currency: "EUR" });
  expect(user.createdAt).toBe(visitor.user.createdAt);
  expect(await data(200, api({ token: accessToken }).get("/auth/me"))).toEqual(user);
  expect((await api().post("/auth/refresh", { refreshToken })).status).toBe(200);
  expect((await visitor.api.get("/auth/me")).status).toBe(401);
  expect((await api().post("/auth/refresh", visitor)).status).toBe(401);
  expect(await told("guest.upgraded", visitor.id)).toEqual([{ userId: visitor.id }]);
  expect(await told("guest.merged", visitor.id)).toEqual([]);
  expect((await told("user.registered", visitor.id)).length).toBe(1);
});

test("of five who register one guest at once, one does, and no other leaves anything", async () => {
  const visitor = await guest();
  const answers = await Promise.all(
    Array.from({ length: 5 }, () =>
      api({ token: visitor.token }).post("/auth/register", {
        email: `${newId()}@example.com`,
        password,
      }),
    ),
  );
  const won = answers.filter(({ status }) => status === 201);
  expect(won).toHaveLength(1);
  expect(new Set(answers.filter((one) => one !== won[0]).map(({ body }) => body.code))).toEqual(
    new Set(["invalid_token"]),
  );
  expect(await told("guest.upgraded", visitor.id)).toHaveLength(1);
  const { email } = await env.DB.prepare("SELECT email FROM users WHERE id = ?")
    .bind(visitor.id)
    .first<{ email: string }>()
    .then((row) => row!);
  expect(email).toBe(won[0]!.data.user.email);
});

test("a guest whose address is taken stays a guest", async () => {
  const [visitor, ada] = [await guest(), await person()];
  expect((await register(visitor, ada.email)).body.code).toBe("email_taken");
  expect(await data(200, visitor.api.get("/auth/me"))).toEqual(visitor.user);
});

test("a guest who signs in gives what is theirs to that account, once", async () => {
  const [visitor, ada] = [await guest(), await person()];
  const logins = await Promise.all(
    [1, 2, 3].map(() => api({ token: visitor.token }).post("/auth/login", ada)),
  );
  expect(logins.map(({ status }) => status)).toContain(200);
  expect(await told("guest.merged", visitor.id)).toEqual([{ guestId: visitor.id, userId: ada.id }]);
  expect((await visitor.api.get("/auth/me")).status).toBe(401);
  expect((await api().post("/auth/refresh", visitor)).status).toBe(401);
  expect((await ada.api.get("/auth/me")).status).toBe(200);
});

test("a sign-in that fails takes nothing from the guest", async () => {
  const [visitor, ada] = [await guest(), await person()];
  const wrong = await visitor.api.post("/auth/login", { ...ada, password: "something else" });
  expect(wrong.status).toBe(401);
  await env.DB.prepare("UPDATE users SET suspended_at = 1 WHERE id = ?").bind(ada.id).run();
  expect((await visitor.api.post("/auth/login", ada)).status).toBe(401);
  expect(await told("guest.merged", visitor.id)).toEqual([]);
  expect((await visitor.api.get("/auth/me")).status).toBe(200);
});

test("a registered account is never merged into another, nor is a guest into a new guest", async () => {
  const [ada, bob, visitor] = [await person(), await person(), await guest()];
  await data(200, ada.api.post("/auth/login", bob));
  await data(201, visitor.api.post("/auth/guest"));
  expect(await told("guest.merged", ada.id)).toEqual([]);
  expect(await told("guest.merged", visitor.id)).toEqual([]);
  expect([
    (await ada.api.get("/auth/me")).status,
    (await visitor.api.get("/auth/me")).status,
  ]).toEqual([200, 200]);
});
