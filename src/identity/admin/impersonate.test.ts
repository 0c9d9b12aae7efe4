import { env } from "cloudflare:workers";
import { expect, test } from "vitest";
import { systemContext } from "../../data/context";
import { api, data, type Json } from "../../testing/api";
import { type Person, person } from "../../testing/people";
import { authenticate } from "../identify";

const because = { reason: "ticket 4711: an empty cart" };
const become = (who: Person, whom: Person, body: object = because) =>
  who.api.post(`/admin/users/${whom.id}/impersonation`, body);
const claimsOf = (token: string): Json => JSON.parse(atob(token.split(".")[1]!));
const auditOf = async (id: string): Promise<Json[]> => {
  const { results } = await env.DB.prepare(
    "SELECT payload FROM events WHERE type = 'audit.recorded' AND payload LIKE ? ORDER BY id",
  )
    .bind(`%${id}%`)
    .all<{ payload: string }>();
  return results.map(({ payload }) => JSON.parse(payload));
};

test("an administrator sees what somebody sees, and the token says so", async () => {
  const [admin, ada] = [await person({ role: "admin" }), await person()];
  const made = await data(201, become(admin, ada));
  expect(Object.keys(made).toSorted()).toEqual(["accessToken", "expiresIn", "user"]);
  expect(claimsOf(made.accessToken)).toMatchObject({
    sub: ada.id,
    role: "user",
    act: { sub: admin.id },
  });
  const as = api({ token: made.accessToken });
  expect((await data(200, as.get("/auth/me"))).id).toBe(ada.id);
  expect((await as.get("/user/dashboard")).status).toBe(200);
});

test("whoever stands in for somebody changes nothing that proves who they are", async () => {
  const [admin, ada] = [await person({ role: "admin" }), await person()];
  const { accessToken } = await data(201, become(admin, ada));
  const as = api({ token: accessToken });
  const asked = [
    as.patch("/auth/me", { displayName: "Eve" }),
    as.post("/auth/change-password", { currentPassword: "x", newPassword: "y".repeat(20) }),
    as.post("/auth/api-keys", { name: "x", scopes: ["tasks:read"] }),
    as.get("/auth/api-keys"),
    as.get("/auth/sessions"),
    as.post("/auth/revoke", {}),
    as.post("/auth/verify-email/resend", {}),
    as.get("/admin/users"),
  ];
  for (const answer of await Promise.all(asked))
    expect([answer.status, answer.body.code]).toEqual([403, "own_session_required"]);
  expect((await ada.api.get("/auth/me")).data.version).toBe(1);
});

test("no room lets anybody talk in the place of somebody else", async () => {
  const [admin, ada] = [await person({ role: "admin" }), await person()];
  const { accessToken } = await data(201, become(admin, ada));
  expect(await authenticate(systemContext(), accessToken)).toBeNull();
  expect(await authenticate(systemContext(), ada.token)).not.toBeNull();
});

test("only people below oneself, and nobody who is gone", async () => {
  const admin = await person({ role: "admin" });
  for (const role of ["admin", "super_admin"] as const)
    expect((await become(admin, await person({ role }))).body.code).toBe("forbidden");
  const [ada, seller] = [await person(), await person({ role: "seller" })];
  expect((await become(seller, ada)).body.code).toBe("forbidden");
  expect((await become(admin, ada, { reason: " no " })).status).toBe(422);
  await env.DB.prepare("UPDATE users SET suspended_at = 1 WHERE id = ?").bind(ada.id).run();
  expect((await become(admin, ada)).body.code).toBe("conflict");
});

test("signing out ends it; so does what ends the administrator", async () => {
  const root = await person({ role: "super_admin" });
  const [admin, ada, bob] = [await person({ role: "admin" }), await person(), await person()];
  const first = await data(201, become(admin, ada));
  const second = await data(201, become(admin, bob));
  const [asAda, asBob] = [api({ token: first.accessToken }), api({ token: second.accessToken })];
  expect((await asAda.post("/auth/logout", {})).status).toBe(204);
  expect([(await asAda.get("/auth/me")).status, (await ada.api.get("/auth/me")).status]).toEqual([
    401, 200,
  ]);
  await data(200, root.api.patch(`/admin/users/${admin.id}`, { isSuspended: true }));
  expect((await asBob.get("/auth/me")).status).toBe(401);
  expect((await bob.api.get("/auth/me")).status).toBe(200);
});

test("the audit log names the administrator and the reason, before and while it lasts", async () => {
  const [admin, ada] = [await person({ role: "admin" }), await person()];
  const { accessToken } = await data(201, become(admin, ada));
  await api({ token: accessToken }).post("/auth/logout", {});
  const records = (await auditOf(admin.id)).filter(({ actorId }) => actorId === admin.id);
  expect(records.at(-2)).toMatchObject({
    action: "user.impersonated",
    targetId: ada.id,
    detail: because,
  });
  expect(records.at(-1)).toMatchObject({ action: "session.signed_out", detail: { as: ada.id } });
});

test("the person's own list of sessions and devices stays theirs", async () => {
  const [admin, ada] = [await person({ role: "admin" }), await person()];
  await data(201, become(admin, ada));
  expect(await data(200, ada.api.get("/auth/sessions"))).toHaveLength(1);
  const { n } = (await env.DB.prepare(
    "SELECT count(*) n FROM sessions WHERE user_id = ? AND network <> ''",
  )
    .bind(ada.id)
    .first<{ n: number }>())!;
  expect(n).toBe(1);
});
