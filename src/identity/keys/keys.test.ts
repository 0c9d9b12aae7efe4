import { env } from "cloudflare:workers";
import { expect, test, vi } from "vitest";
import { api, data, type Json } from "../../testing/api";
import { type Person, person } from "../../testing/people";

vi.useFakeTimers({ toFake: ["Date"], now: Date.now() });
const wait = (milliseconds: number) => vi.setSystemTime(Date.now() + milliseconds);

const makeKey = (who: Person, scopes: string[], more: object = {}): Promise<Json> =>
  data(201, who.api.post("/auth/api-keys", { name: "a program", scopes, ...more }));
const using = ({ key }: Json) => api({ token: key });
const rowOf = ({ id }: Json) =>
  env.DB.prepare("SELECT * FROM api_keys WHERE id = ?").bind(id).first<Json>();

test("a key speaks for its owner, as far as its scopes go", async () => {
  const admin = await person({ role: "admin" });
  const key = await makeKey(admin, ["tasks:write", "identity:read"]);
  expect(await data(200, using(key).get("/auth/me"))).toMatchObject({ id: admin.id });
  await data(201, using(key).post("/tasks", { title: "By a program" }));
  await data(200, using(key).get("/tasks"));
  const refused = await using(key).post("/merchants", {});
  expect([refused.status, refused.body.code, refused.body.scope]).toEqual([
    403,
    "insufficient_scope",
    "merchants:write",
  ]);
  expect(refused.headers.get("www-authenticate")).toContain('scope="merchants:write"');
});

test("to read is not to write", async () => {
  const admin = await person({ role: "admin" });
  const key = await makeKey(admin, ["tasks:read"]);
  await data(200, using(key).get("/tasks"));
  const refused = await using(key).post("/tasks", { title: "No" });
  expect(refused.body.code).toBe("insufficient_scope");
});

test("a key can do no more than its owner, at any time", async () => {
  const ada = await person();
  const key = await makeKey(ada, ["tasks:write", "administration:read"]);
  expect((await using(key).post("/tasks", { title: "No" })).body.code).toBe("forbidden");
  expect((await using(key).get("/admin/audit")).body.code).toBe("forbidden");
  const admin = await person({ role: "admin" });
  const strong = await makeKey(admin, ["administration:read"]);
  await data(200, using(strong).get("/admin/audit"));
  await env.DB.prepare("UPDATE users SET role = 'user' WHERE id = ?").bind(admin.id).run();
  expect((await using(strong).get("/admin/audit")).body.code).toBe("forbidden");
});

test("no key changes who its owner is, or makes another key", async () => {
  const ada = await person();
  const made = await ada.api.post("/auth/api-keys", { name: "x", scopes: ["identity:write"] });
  expect([made.status, made.body.errors[0].path]).toEqual([422, "body.scopes.0"]);
  const key = await makeKey(ada, ["identity:read"]);
  const asked = [
    using(key).get("/auth/api-keys"),
    using(key).post("/auth/api-keys", { name: "x", scopes: ["tasks:read"] }),
    using(key).delete(`/auth/api-keys/${key.id}`),
    using(key).post("/auth/change-password", {}),
    using(key).patch("/auth/me", { displayName: "Eve" }),
    using(key).post("/auth/revoke", {}),
  ];
  for (const answer of await Promise.all(asked))
    expect([answer.status, answer.body.code]).toEqual([403, "own_session_required"]);
  expect((await using(key).post("/auth/logout", {})).body.code).toBe("insufficient_scope");
  expect((await ada.api.get("/auth/me")).status).toBe(200);
});

test("the text of a key is told once and stored nowhere", async () => {
  const ada = await person();
  const key = await makeKey(ada, ["tasks:read"]);
  expect(key.key).toMatch(/^rlk_[\w-]{49}$/);
  const [listed] = await data(200, ada.api.get("/auth/api-keys"));
  const { key: text, ...told } = key;
  expect(listed).toEqual(told);
  expect(told.hint).toBe(text.slice(-4));
  expect(JSON.stringify(await rowOf(key))).not.toContain(text.slice(4, 40));
});

test("a revoked key is refused at once here, within five seconds elsewhere, and exactly where it matters", async () => {
  const admin = await person({ role: "admin" });
  const key = await makeKey(admin, ["administration:read", "identity:read"]);
  await data(200, using(key).get("/auth/me"));
  expect((await admin.api.delete(`/auth/api-keys/${key.id}`)).status).toBe(204);
  expect((await using(key).get("/auth/me")).body.code).toBe("invalid_token");
  expect((await admin.api.delete(`/auth/api-keys/${key.id}`)).status).toBe(404);

  const other = await makeKey(admin, ["administration:read", "identity:read"]);
  await data(200, using(other).get("/auth/me"));
  await env.DB.prepare("UPDATE api_keys SET revoked_at = 1 WHERE id = ?").bind(other.id).run();
  expect((await using(other).get("/auth/me")).status).toBe(200);
  expect((await using(other).get("/admin/queues")).status).toBe(401);
  wait(5_001);
  expect((await using(other).get("/auth/me")).status).toBe(401);
});

test("a key ends when it says, and when its owner is suspended", async () => {
  const [ada, bob] = [await person(), await person()];
  const expiresAt = new Date(Date.now() + 60_000).toISOString();
  const short = await makeKey(ada, ["identity:read"], { expiresAt });
  expect(short.expiresAt).toBe(expiresAt);
  const long = await makeKey(bob, ["identity:read"]);
  expect((await using(short).get("/auth/me")).status).toBe(200);
  await env.DB.prepare("UPDATE users SET suspended_at = 1 WHERE id = ?").bind(bob.id).run();
  expect((await using(long).get("/auth/me")).status).toBe(401);
  wait(60_001);
  expect((await using(short).get("/auth/me")).status).toBe(401);
  const past = { name: "x", scopes: ["tasks:read"], expiresAt: "2020-01-01T00:00:00Z" };
  expect((await (await person()).api.post("/auth/api-keys", past)).status).toBe(422);
});

test("use is noted, once an hour", async () => {
  const ada = await person();
  const key = await makeKey(ada, ["identity:read"]);
  const lastUse = async () => (await rowOf(key)).last_used_at as number | null;
  await using(key).get("/auth/me");
  const first = await vi.waitUntil(lastUse);
  wait(3_500_000);
  await using(key).get("/auth/me");
  await scheduler.wait(50);
  expect(await lastUse()).toBe(first);
  wait(200_000);
  await using(key).get("/auth/me");
  await vi.waitUntil(async () => (await lastUse())! > first!);
});

test("what is no key costs no look into the database; whoever guesses is stopped", async () => {
  const ip = "192.0.2.77";
  const key = await makeKey(await person(), ["tasks:read"]);
  const slip = `${key.key.slice(0, -1)}${key.key.endsWith("A") ? "B" : "A"}`;
  const answer = await api({ token: slip }).get("/tasks");
  expect([answer.status, answer.body.code]).toEqual([401, "invalid_token"]);
  const guess = async () => {
    const guessed = await makeKey(await person(), ["tasks:read"]);
    await env.DB.prepare("DELETE FROM api_keys WHERE id = ?").bind(guessed.id).run();
    return (await api({ token: guessed.key, ip }).get("/tasks")).status;
  };
  const statuses = [];
  for (let i = 0; i < 22; i++) statuses.push(await guess());
  expect(statuses).toEqual([...Array(20).fill(401), 429, 429]);
  expect((await api({ token: key.key, ip: "192.0.2.78" }).get("/tasks")).status).toBe(200);
}, 30_000);

test("fifty keys are enough, also for those who ask all at once", async () => {
  const ada = await person();
  await env.DB.prepare(
    `INSERT INTO api_keys (id, user_id, name, hash, hint, scopes, created_at)
     SELECT value, ?, 'x', value, 'x', '[]', 0 FROM json_each(?)`,
  )
    .bind(ada.id, JSON.stringify(Array.from({ length: 45 }, () => crypto.randomUUID())))
    .run();
  const asked = Array.from({ length: 10 }, () =>
    ada.api.post("/auth/api-keys", { name: "x", scopes: ["tasks:read"] }),
  );
  const answers = await Promise.all(asked);
  expect(answers.filter(({ status }) => status === 201)).toHaveLength(5);
  expect(answers.filter(({ body }) => body.code === "too_many_keys")).toHaveLength(5);
});

test("somebody else's key does not exist", async () => {
  const [ada, eve] = [await person(), await person({ role: "super_admin" })];
  const key = await makeKey(ada, ["tasks:read"]);
  expect((await eve.api.delete(`/auth/api-keys/${key.id}`)).status).toBe(404);
  expect(await data(200, eve.api.get("/auth/api-keys"))).toEqual([]);
});
