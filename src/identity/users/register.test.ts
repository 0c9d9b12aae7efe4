import { env } from "cloudflare:workers";
import { expect, test } from "vitest";
import { newId } from "../../lib/id";
import { api, data, newAddress } from "../../testing/api";
import { person } from "../../testing/people";

const password = "a quiet horse in the rain";
const fresh = () => `new.${newId()}@example.com`;
const register = (body: object, ip = newAddress()) => api({ ip }).post("/auth/register", body);

test("nothing in the body makes anybody more than a user", async () => {
  const answer = await api().post(
    "/auth/signup",
    `{"email":"${fresh()}","password":"${password}","role":"super_admin","isVerified":true,
      "verifiedAt":1,"mfaEnabled":true,"id":"${newId()}","version":9,"tokenVersion":9,
      "__proto__":{"role":"admin"},"constructor":{"prototype":{"role":"admin"}}}`,
  );
  expect(answer.status).toBe(201);
  expect(answer.data.user).toMatchObject({
    role: "user",
    isVerified: false,
    mfaEnabled: false,
    version: 1,
  });
  const claims = JSON.parse(atob(answer.data.accessToken.split(".")[1]));
  expect(claims).toMatchObject({ role: "user", uv: 1 });
});

test("an account says nothing of how it is proved", async () => {
  const { user } = await data(201, register({ email: fresh(), password }));
  expect(Object.keys(user).toSorted()).toEqual(
    [
      "avatarUrl",
      "createdAt",
      "currency",
      "displayName",
      "email",
      "id",
      "isVerified",
      "locale",
      "mfaEnabled",
      "role",
      "updatedAt",
      "version",
    ].toSorted(),
  );
  expect(user.displayName).toBe(`Member ${user.id.slice(-4)}`);
});

test("of ten who take one address at once, one gets it, and nothing is left of the others", async () => {
  const email = fresh();
  const answers = await Promise.all(
    Array.from({ length: 10 }, () => register({ email, password })),
  );
  expect(answers.filter(({ status }) => status === 201)).toHaveLength(1);
  const refused = answers.filter(({ status }) => status === 409);
  expect(refused.map(({ body }) => body.code)).toEqual(Array(9).fill("email_taken"));
  const { id } = answers.find(({ status }) => status === 201)!.data.user;
  const count = (table: string) =>
    env.DB.prepare(`SELECT count(*) n FROM ${table} WHERE user_id = ?`).bind(id).first("n");
  expect([await count("passwords"), await count("sessions")]).toEqual([1, 1]);
  const orphans = await env.DB.prepare(
    "SELECT count(*) n FROM sessions WHERE user_id NOT IN (SELECT id FROM users)",
  ).first("n");
  expect(orphans).toBe(0);
});

test("one address in another spelling is taken too", async () => {
  const { email } = await person();
  const [name, host] = email.split("@");
  const spellings = [
    email.toUpperCase(),
    ` ${email}`,
    email.replace("e", "ｅ"),
    `${name}＠${host}`,
    `${name}@example．com`,
  ];
  for (const spelling of spellings) {
    const answer = await register({ email: spelling, password });
    expect([spelling, answer.body.code]).toEqual([spelling, "email_taken"]);
  }
});

test("what only looks like an address, or like somebody else's, is none", async () => {
  const odd = [
    "ada",
    "@example.com",
    "ada@",
    "ada@example",
    "ada@@example.com",
    "ada@example.com@evil.example",
    "ada@127.0.0.1",
    "ada@[::1]",
    "ada@example.com:25",
    "ada@example.com/x",
    "ada@-example.com",
    "ada@exa mple.com",
    ".ada@example.com",
    "ada..x@example.com",
    '"ada"@example.com',
    "ada@example.com\u0000",
    "ada\r\nBcc:eve@example.com",
    "ada<eve@example.com>",
    "аda@example.com",
    "ada\u200b@example.com",
    "ada\u202e@example.com",
    "ada@example.com\ud800",
    `${"a".repeat(65)}@example.com`,
    `ada@${"a.".repeat(130)}com`,
  ];
  for (const email of odd) {
    const { status, body } = await register({ email, password });
    expect([email, status, body.code]).toEqual([email, 422, "invalid_request"]);
    expect(body.errors[0].path).toBe("body.email");
  }
});

test("an international domain is kept as the mail system spells it", async () => {
  const { user } = await data(201, register({ email: `${newId()}@BÜCHER.example`, password }));
  expect(user.email).toMatch(/@xn--bcher-kva\.example$/);
});

test("a password has 8 to 256 characters, of whatever kind", async () => {
  const refused = async (attempt: string) => {
    const { status, body } = await register({ email: fresh(), password: attempt });
    expect([status, body.errors?.[0].path]).toEqual([422, "body.password"]);
  };
  await refused("1234567");
  await refused("😀".repeat(7));
  await refused("x".repeat(257));
  await refused("\ud800 is half a character");
  for (const good of ["8 chars!", "😀😁😂🤣😃😄😅😆", "x".repeat(256), "        "])
    await person({ password: good });
});

test("a password of little more than the address, the name or the site is refused", async () => {
  const email = `grace.hopper${newId().slice(-4)}@navy.example`;
  for (const weak of ["rimlight1", "RimLight!!", "gracehopper", "Grace-Hopper", "navy.example"]) {
    const { status, body } = await register({ email, password: weak, displayName: "Grace Hopper" });
    expect([weak, status, body.code]).toEqual([weak, 422, "weak_password"]);
  }
  await data(201, register({ email, password: "grace and a quiet horse" }));
});

test("a name is visible, short and turns no text around", async () => {
  const odd = [
    "",
    "   ",
    "\u200b\u200b",
    "a\nb",
    "a\u0000b",
    "\u202eadmin",
    "\ud800",
    "x".repeat(81),
    7,
  ];
  for (const displayName of odd) {
    const { status, body } = await register({ email: fresh(), password, displayName });
    expect([displayName, status, body.errors?.[0].path]).toEqual([
      displayName,
      422,
      "body.displayName",
    ]);
  }
  const kept = async (displayName: string) =>
    (await data(201, register({ email: fresh(), password, displayName }))).user.displayName;
  expect(await kept("  Zoë   O'Neil ")).toBe("Zoë O'Neil");
  expect(await kept("👩‍👩‍👧 family")).toBe("👩‍👩‍👧 family");
  expect(await kept("<b>محمد</b>")).toBe("<b>محمد</b>");
});

test("five accounts an hour come from one address", async () => {
  const ip = newAddress();
  const attempts = Array.from({ length: 8 }, () => register({ email: fresh(), password }, ip));
  const statuses = (await Promise.all(attempts)).map(({ status }) => status);
  expect(statuses.toSorted()).toEqual([201, 201, 201, 201, 201, 429, 429, 429]);
});

test("registering is one round trip, two in a cold isolate", async () => {
  await person();
  const { headers } = await register({ email: fresh(), password });
  expect(headers.get("server-timing")).toContain("trips=1 ");
});

test("a registration is told once, with the token to verify the address", async () => {
  const ada = await person();
  const { results } = await env.DB.prepare(
    "SELECT payload FROM events WHERE type = 'user.registered' AND instr(payload, ?)",
  )
    .bind(ada.id)
    .all<{ payload: string }>();
  expect(results.map(({ payload }) => JSON.parse(payload))).toEqual([
    { userId: ada.id, tokenId: expect.any(String) },
  ]);
});

test("a registration whose answer was lost is had again with its key, on the same line only", async () => {
  const ip = newAddress();
  const key = { "idempotency-key": newId() };
  const body = { email: fresh(), password };
  const first = await api({ ip }).post("/auth/register", body, key);
  const again = await api({ ip }).post("/auth/register", body, key);
  expect([again.status, again.headers.get("idempotency-replayed")]).toEqual([201, "true"]);
  expect(again.data).toEqual(first.data);
  const other = await api({ ip }).post("/auth/register", { ...body, password: "another one" }, key);
  expect(other.body.code).toBe("idempotency_key_reused");
  expect((await api().post("/auth/register", body, key)).body.code).toBe("email_taken");
});
