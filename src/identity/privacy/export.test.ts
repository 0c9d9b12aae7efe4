import { expect, test, vi } from "vitest";
import { api, data } from "../../testing/api";
import { person } from "../../testing/people";
import { keepers } from "./keepers";

test("one takes along everything that is kept of oneself", async () => {
  const ada = await person();
  const key = await data(
    201,
    ada.api.post("/auth/api-keys", { name: "a program", scopes: ["tasks:read"] }),
  );
  const told = await data(200, ada.api.get("/auth/me/export"));
  expect(Object.keys(told).toSorted()).toEqual(["exportedAt", ...Object.keys(keepers)].toSorted());
  expect(told.account).toEqual(await data(200, ada.api.get("/auth/me")));
  const { key: _, ...shown } = key;
  expect(told.credentials.apiKeys).toEqual([shown]);
  expect(told.sessions).toHaveLength(1);
  expect(told.sessions[0].createdAt).toMatch(/Z$/);
});

test("no secret is in it, and nothing of anybody else", async () => {
  const [admin, ada, bob] = [await person({ role: "admin" }), await person(), await person()];
  for (const who of [ada, bob])
    await data(201, admin.api.post("/tasks", { title: `Of ${who.id}`, assigneeId: who.id }));
  const made = await data(
    201,
    ada.api.post("/auth/api-keys", { name: "x", scopes: ["tasks:read"] }),
  );
  const text = JSON.stringify(await data(200, ada.api.get("/auth/me/export")));
  expect(text).toContain(`Of ${ada.id}`);
  expect(text).not.toContain(bob.id);
  expect(text).not.toContain(made.key.slice(4, 40));
  expect(text).not.toMatch(/argon2|hash|secret|nonce|rlr_|rlk_/i);
});

test("only the person gets it, and not all the time", async () => {
  const [admin, ada] = [await person({ role: "admin" }), await person()];
  const { accessToken } = await data(
    201,
    admin.api.post(`/admin/users/${ada.id}/impersonation`, { reason: "curiosity" }),
  );
  const as = api({ token: accessToken });
  expect((await as.get("/auth/me/export")).body.code).toBe("own_session_required");
  const statuses = [];
  for (let i = 0; i < 6; i++) statuses.push((await ada.api.get("/auth/me/export")).status);
  expect(statuses).toEqual([200, 200, 200, 200, 200, 429]);
});

test("a guest has an export too", async () => {
  const { accessToken, user } = await data(201, api().post("/auth/guest"));
  const told = await data(200, api({ token: accessToken }).get("/auth/me/export"));
  expect(told.account.id).toBe(user.id);
});

test("what one did is in it, once the log has it", async () => {
  const ada = await person();
  const actions = await vi.waitFor(
    async () => {
      const fresh = await person({ ip: ada.ip }).catch(() => ada);
      const { audit } = await data(200, fresh.api.get("/auth/me/export"));
      expect(audit.length).toBeGreaterThan(0);
      return audit.map(({ action }: { action: string }) => action);
    },
    { timeout: 10_000, interval: 1_500 },
  );
  expect(actions).toContain("user.registered");
});
