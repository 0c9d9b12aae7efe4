import { expect, test } from "vitest";
import { data } from "../../testing/api";
import { type Person, person } from "../../testing/people";

const lamps = { name: "Lamps & More", country: "DE", currency: "EUR" };
const open = (owner: Person) => data(201, owner.api.post("/merchants", lamps));

test("whoever opens a merchant owns it and becomes a seller", async () => {
  const ada = await person();
  const merchant = await open(ada);
  expect(merchant).toMatchObject({ ...lamps, role: "owner", commission: 1000, paused: false });
  expect(await data(200, ada.api.get(`/merchants/${merchant.id}`))).toEqual(merchant);
  expect(await data(200, ada.api.get("/merchants/mine"))).toEqual([merchant]);
  expect((await data(200, ada.api.get("/auth/me"))).role).toBe("seller");
});

test("a merchant of others does not exist", async () => {
  const [ada, eve] = [await person(), await person()];
  const { id } = await open(ada);
  const answers = await Promise.all([
    eve.api.get(`/merchants/${id}`),
    eve.api.patch(`/merchants/${id}`, { name: "Mine" }),
    eve.api.get(`/merchants/${id}/members`),
    eve.api.post(`/merchants/${id}/members`, { userId: eve.id, role: "owner" }),
    eve.api.delete(`/merchants/${id}/members/${eve.id}`),
    eve.api.delete(`/merchants/${id}/members/${ada.id}`),
  ]);
  for (const { status, body } of answers)
    expect([status, body.code]).toEqual([404, "merchant_not_found"]);
  expect(await data(200, eve.api.get("/merchants/mine"))).toEqual([]);
});

test("an owner changes the profile, staff do not, and nobody but an administrator the commission", async () => {
  const [ada, bob, admin] = [await person(), await person(), await person({ role: "admin" })];
  const { id } = await open(ada);
  await data(204, ada.api.post(`/merchants/${id}/members`, { userId: bob.id, role: "manager" }));
  const path = `/merchants/${id}`;
  expect((await bob.api.patch(path, { name: "Bob's" })).body.code).toBe("merchant_role_required");
  expect((await ada.api.patch(path, { commission: 0 })).status).toBe(403);
  const stale = { "if-match": '"7"' };
  expect((await ada.api.patch(path, { paused: true }, stale)).body.code).toBe("version_mismatch");
  expect(await data(200, ada.api.patch(path, { paused: true }))).toMatchObject({ paused: true });
  expect(await data(200, admin.api.patch(path, { commission: 500, paused: false }))).toMatchObject({
    commission: 500,
    paused: false,
    role: null,
    version: 3,
  });
});

test("the last owner neither leaves nor steps down, also when two owners leave at once", async () => {
  const [ada, bob] = [await person(), await person()];
  const { id } = await open(ada);
  const members = `/merchants/${id}/members`;
  expect((await ada.api.delete(`${members}/${ada.id}`)).body.code).toBe("last_owner");
  const down = await ada.api.post(members, { userId: ada.id, role: "staff" });
  expect(down.body.code).toBe("last_owner");
  await data(204, ada.api.post(members, { userId: bob.id, role: "owner" }));
  const leave = (who: Person) => who.api.delete(`${members}/${who.id}`);
  const statuses = (await Promise.all([leave(ada), leave(bob)])).map(({ status }) => status);
  expect(statuses.toSorted()).toEqual([204, 409]);
});

test("members are listed by name and role, and removed", async () => {
  const [ada, bob] = [await person(), await person()];
  const { id } = await open(ada);
  const members = `/merchants/${id}/members`;
  await data(204, ada.api.post(members, { userId: bob.id, role: "staff" }));
  const listed = await data(200, bob.api.get(members));
  expect(
    listed.map(({ userId, role }: { userId: string; role: string }) => [userId, role]),
  ).toEqual([
    [ada.id, "owner"],
    [bob.id, "staff"],
  ]);
  expect((await bob.api.delete(`${members}/${ada.id}`)).body.code).toBe("merchant_role_required");
  await data(204, bob.api.delete(`${members}/${bob.id}`));
  expect((await bob.api.get(members)).status).toBe(404);
  expect((await ada.api.delete(`${members}/${bob.id}`)).body.code).toBe("member_not_found");
});

test("only people become members", async () => {
  const ada = await person();
  const { id } = await open(ada);
  const nobody = { userId: "018bcfe5-6800-7000-8000-000000000000", role: "staff" };
  const answer = await ada.api.post(`/merchants/${id}/members`, nobody);
  expect([answer.status, answer.body.code]).toEqual([422, "person_not_found"]);
});
