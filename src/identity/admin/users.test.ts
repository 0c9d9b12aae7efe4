import { env } from "cloudflare:workers";
import { expect, test } from "vitest";
import { newId } from "../../lib/id";
import { api, data, type Json } from "../../testing/api";
import { person } from "../../testing/people";

const admin = await person({ role: "admin" });
const list = async (query: string): Promise<Json[]> =>
  data(200, admin.api.get(`/admin/users?${query}`));
const ids = async (query: string) => (await list(query)).map(({ id }) => id);
const word = () => `w${newId().slice(-10)}`;

test("administrators find people by address, name, role and state; nobody else finds any", async () => {
  const name = word();
  const ada = await person({ displayName: `Ada ${name}`, email: `${name}@example.com` });
  const bob = await person({ displayName: `Bob ${name}`, role: "seller" });
  await env.DB.prepare("UPDATE users SET suspended_at = 5, verified_at = 5 WHERE id = ?")
    .bind(bob.id)
    .run();
  expect(await ids(`q=${name}`)).toEqual([bob.id, ada.id]);
  expect(await ids(`q=${name.toUpperCase()}%40exam`)).toEqual([ada.id]);
  expect(await ids(`q=bob%20${name}`)).toEqual([bob.id]);
  expect(await ids(`q=${name}&role=user`)).toEqual([ada.id]);
  expect(await ids(`q=${name}&status=suspended`)).toEqual([bob.id]);
  expect(await ids(`q=${name}&status=active`)).toEqual([ada.id]);
  expect(await ids(`q=${name}&isVerified=true`)).toEqual([bob.id]);
  const [row] = await list(`q=${name}&role=seller`);
  expect(row).toMatchObject({ email: bob.email, suspendedAt: "1970-01-01T00:00:00.005Z" });
  expect(await data(200, admin.api.get(`/admin/users/${bob.id}`))).toEqual(row);
  for (const who of [ada, await person({ role: "seller" })])
    expect((await who.api.get("/admin/users")).body.code).toBe("forbidden");
});

test("accounts come in pages that stay what they were asked for", async () => {
  const name = word();
  const made = [];
  for (let i = 0; i < 5; i++) made.push(await person({ displayName: name }));
  const seen: string[] = [];
  let cursor: string | null = "";
  while (cursor !== null) {
    const more: string = cursor && `&cursor=${encodeURIComponent(cursor)}`;
    const answer = await admin.api.get(`/admin/users?q=${name}&limit=2${more}`);
    seen.push(...answer.data.map(({ id }: Json) => id));
    cursor = answer.body.page.nextCursor;
    if (cursor) {
      const other = await admin.api.get(
        `/admin/users?limit=2&cursor=${encodeURIComponent(cursor)}`,
      );
      expect(other.body.code).toBe("invalid_cursor");
    }
  }
  expect(seen).toEqual(made.map(({ id }) => id).toReversed());
});

test("a list tells nothing that proves who somebody is", async () => {
  await person();
  const text = JSON.stringify(await list("limit=100"));
  expect(text).not.toMatch(/argon2|hash|token|secret/i);
});

test("a role changes at once, and what was issued before is worth nothing", async () => {
  const ada = await person();
  const changed = await data(200, admin.api.put(`/admin/users/${ada.id}`, { role: "seller" }));
  expect(changed).toMatchObject({ role: "seller", version: 2 });
  expect((await ada.api.get("/auth/me")).body.code).toBe("invalid_token");
  const { accessToken } = await data(200, api().post("/auth/refresh", ada));
  expect((await data(200, api({ token: accessToken }).get("/auth/me"))).role).toBe("seller");
});

test("a suspended person is out, and comes back in when it is lifted", async () => {
  const ada = await person();
  const path = `/admin/users/${ada.id}`;
  const suspended = await data(200, admin.api.patch(path, { isSuspended: true }));
  expect(suspended.suspendedAt).not.toBeNull();
  expect((await ada.api.get("/auth/me")).status).toBe(401);
  expect((await api().post("/auth/refresh", ada)).status).toBe(401);
  expect((await api().post("/auth/login", ada)).status).toBe(401);
  const again = await data(200, admin.api.patch(path, { isSuspended: true }));
  expect(again.suspendedAt).toBe(suspended.suspendedAt);
  await data(200, admin.api.patch(path, { isSuspended: false }));
  expect((await api().post("/auth/login", ada)).status).toBe(200);
  expect((await api().post("/auth/refresh", ada)).status).toBe(401);
});

test("an address is declared verified, or not, and nobody is signed out for it", async () => {
  const ada = await person();
  const path = `/admin/users/${ada.id}`;
  expect((await data(200, admin.api.patch(path, { isVerified: true }))).isVerified).toBe(true);
  expect((await data(200, ada.api.get("/auth/me"))).isVerified).toBe(true);
  expect((await data(200, admin.api.patch(path, { isVerified: false }))).isVerified).toBe(false);
});

test("a stale version, an empty change, an unknown person and a guest are refused", async () => {
  const ada = await person();
  const path = `/admin/users/${ada.id}`;
  const stale = await admin.api.put(path, { role: "seller" }, { "if-match": '"9"' });
  expect(stale.body.code).toBe("version_mismatch");
  expect((await admin.api.put(path, {})).status).toBe(422);
  expect((await admin.api.put(path, { role: "visitor" })).status).toBe(422);
  expect((await admin.api.put(path, { role: "root" })).status).toBe(422);
  expect((await admin.api.put(`/admin/users/${newId()}`, { isVerified: true })).status).toBe(404);
  const { user } = await data(201, api().post("/auth/guest"));
  const promoted = await admin.api.put(`/admin/users/${user.id}`, { role: "seller" });
  expect([promoted.status, promoted.body.code]).toEqual([409, "conflict"]);
  expect((await ada.api.get("/auth/me")).data.version).toBe(1);
});

test("every change is in the audit log, with what was changed", async () => {
  const ada = await person();
  await data(200, admin.api.put(`/admin/users/${ada.id}`, { role: "seller", isVerified: true }));
  const row = await env.DB.prepare(
    "SELECT payload FROM events WHERE type = 'audit.recorded' AND instr(payload, 'user.changed') AND instr(payload, ?)",
  )
    .bind(ada.id)
    .first<{ payload: string }>();
  expect(JSON.parse(row!.payload)).toMatchObject({
    actorId: admin.id,
    targetId: ada.id,
    detail: { role: "seller", isVerified: true },
  });
});
