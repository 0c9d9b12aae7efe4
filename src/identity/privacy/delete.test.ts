import { env } from "cloudflare:workers";
import { afterEach, expect, test, vi } from "vitest";
import { systemContext } from "../../data/context";
import { api, data } from "../../testing/api";
import { type Person, person } from "../../testing/people";
import { eraseDeleted } from "./erase";

const day = 86_400_000;
const start = Date.now();
vi.useFakeTimers({ toFake: ["Date"], now: start });
afterEach(() => {
  vi.setSystemTime(Date.now() + 60_000);
});

const remove = ({ api, password }: Person, body: object = { password }) =>
  api.request("DELETE", "/auth/me", body);
const userRow = ({ id }: { id: string }) =>
  env.DB.prepare("SELECT * FROM users WHERE id = ?").bind(id).first();

test("a deleted account is signed out everywhere and found by nobody", async () => {
  const [ada, bob] = [await person({ displayName: "Gone Tomorrow" }), await person()];
  const key = await data(
    201,
    ada.api.post("/auth/api-keys", { name: "x", scopes: ["identity:read"] }),
  );
  expect((await remove(ada)).status).toBe(204);
  expect((await ada.api.get("/auth/me")).status).toBe(401);
  expect((await api().post("/auth/refresh", ada)).status).toBe(401);
  expect((await api({ token: key.key }).get("/auth/me")).status).toBe(401);
  expect((await bob.api.get(`/users/${ada.id}`)).status).toBe(404);
  expect(await data(200, bob.api.get("/users/search?q=gone"))).toEqual([]);
});

test("it takes the password, and a stolen access token is not enough", async () => {
  const ada = await person();
  expect((await remove(ada, { password: "not this one" })).body.code).toBe("wrong_password");
  expect((await remove(ada, {})).body.code).toBe("wrong_password");
  expect((await ada.api.get("/auth/me")).status).toBe(200);
});

test("who has no password must have signed in a moment ago", async () => {
  const [ada, bob] = [await person(), await person()];
  await env.DB.prepare("DELETE FROM passwords WHERE user_id IN (?, ?)").bind(ada.id, bob.id).run();
  expect((await remove(ada, {})).status).toBe(204);
  vi.setSystemTime(Date.now() + 660_000);
  expect((await remove(bob, {})).body.code).toBe("sign_in_again");
});

test("signing in within thirty days is the undo", async () => {
  const [ada, bob] = [await person(), await person()];
  await remove(ada);
  vi.setSystemTime(Date.now() + 29 * day);
  const { user, accessToken } = await data(200, api().post("/auth/login", ada));
  expect(user.id).toBe(ada.id);
  expect((await data(200, api({ token: accessToken }).get("/auth/me"))).email).toBe(ada.email);
  await eraseDeleted(systemContext(), Date.now() + 40 * day);
  expect(await userRow(ada)).toMatchObject({ email: ada.email, deleted_at: null });
  expect((await api().post("/auth/login", bob)).status).toBe(200);
});

test("a day later it is not, and the night erases what says who it was", async () => {
  const ada = await person({ displayName: "Ada Lovelace" });
  await data(201, ada.api.post("/auth/api-keys", { name: "x", scopes: ["identity:read"] }));
  await remove(ada);
  await eraseDeleted(systemContext(), Date.now() + 30 * day - 1);
  expect(await userRow(ada)).toMatchObject({ email: ada.email });
  vi.setSystemTime(Date.now() + 30 * day);
  expect((await api().post("/auth/login", ada)).status).toBe(401);
  await eraseDeleted(systemContext());
  const row = await userRow(ada);
  expect(row).toMatchObject({ email: null, display_name: "Deleted person", role: "visitor" });
  expect(row!.anonymised_at).toBe(Date.now());
  for (const table of ["passwords", "sessions", "api_keys", "one_time_tokens", "user_words"]) {
    const left = await env.DB.prepare(`SELECT count(*) n FROM ${table} WHERE user_id = ?`)
      .bind(ada.id)
      .first("n");
    expect([table, left]).toEqual([table, 0]);
  }
  const told = await env.DB.prepare(
    "SELECT payload FROM events WHERE type = 'user.anonymised' AND instr(payload, ?)",
  )
    .bind(ada.id)
    .all<{ payload: string }>();
  expect(told.results.map(({ payload }) => JSON.parse(payload))).toEqual([{ userId: ada.id }]);
  await Promise.all([eraseDeleted(systemContext()), eraseDeleted(systemContext())]);
  expect(await userRow(ada)).toEqual(row);
});

test("the address is free again, for a new account that has nothing of the old one", async () => {
  const ada = await person();
  expect((await api().post("/auth/register", ada)).body.code).toBe("email_taken");
  await remove(ada);
  expect((await api().post("/auth/register", ada)).body.code).toBe("email_taken");
  vi.setSystemTime(Date.now() + 31 * day);
  await eraseDeleted(systemContext());
  const { user } = await data(201, api().post("/auth/register", ada));
  expect(user.id).not.toBe(ada.id);
});

test("the last super administrator stays", async () => {
  const root = await person({ role: "super_admin" });
  expect((await remove(root)).body.code).toBe("last_super_admin");
  const other = await person({ role: "super_admin" });
  const answers = await Promise.all([remove(root), remove(other)]);
  expect(answers.map(({ status }) => status).toSorted()).toEqual([204, 409]);
});
