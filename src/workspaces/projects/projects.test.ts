import { env } from "cloudflare:workers";
import { expect, test } from "vitest";
import { data, type Json } from "../../testing/api";
import { person } from "../../testing/people";
import { createProject, epochOf, join } from "./testing";

test("whoever creates a project owns it, and it is nobody else's to see", async () => {
  const [ada, eve] = [await person(), await person()];
  const project = await createProject(ada, { role: "viewer", version: 7 });
  expect(project).toMatchObject({ name: "Lighthouse", role: "owner", version: 1, deletedAt: null });
  const path = `/projects/${project.id}`;
  expect((await data(200, ada.api.get("/projects"))).map(({ id }: Json) => id)).toEqual([
    project.id,
  ]);
  expect(await data(200, eve.api.get("/projects"))).toEqual([]);
  for (const answer of [
    eve.api.get(path),
    eve.api.patch(path, { name: "Mine" }),
    eve.api.delete(path),
    eve.api.post(`${path}/restore`),
    eve.api.get(`${path}/members`),
    eve.api.get(`${path}/activity`),
    eve.api.get(`${path}/invitations`),
    eve.api.post(`${path}/invitations`, { role: "owner" }),
    eve.api.delete(`${path}/members/${ada.id}`),
    eve.api.patch(`${path}/members/${eve.id}`, { role: "owner" }),
    eve.api.post(`${path}/transfer`, { userId: eve.id }),
  ])
    expect((await answer).body.code).toBe("project_not_found");
});

test("owners change a project in the state they saw, others may not", async () => {
  const [ada, bob] = [await person(), await person()];
  const { id } = await createProject(ada);
  await join(ada, id, bob, "collaborator");
  const path = `/projects/${id}`;
  expect((await bob.api.patch(path, { name: "Bob's" })).body.code).toBe("project_role_required");
  const stale = await ada.api.patch(path, { name: "Late" }, { "if-match": '"9"' });
  expect(stale.body.code).toBe("version_mismatch");
  const changed = await data(200, ada.api.patch(path, { name: "Beacon" }, { "if-match": '"1"' }));
  expect(changed).toMatchObject({ name: "Beacon", version: 2 });
});

test("a deleted project is gone for everybody, and its owner can restore it for 30 days", async () => {
  const [ada, bob] = [await person(), await person()];
  const { id } = await createProject(ada);
  await join(ada, id, bob, "collaborator");
  const path = `/projects/${id}`;
  expect((await bob.api.delete(path)).body.code).toBe("project_role_required");
  await data(204, ada.api.delete(path));
  for (const who of [ada, bob]) expect((await who.api.get(path)).status).toBe(404);
  await createProject(ada);
  expect((await ada.api.delete(path)).status).toBe(404);
  expect(await data(200, bob.api.get("/projects?state=deleted"))).toEqual([]);
  expect(await data(200, ada.api.get("/projects?state=deleted"))).toHaveLength(1);
  expect((await bob.api.post(`${path}/restore`)).status).toBe(404);
  expect(await data(200, ada.api.post(`${path}/restore`))).toMatchObject({ id, deletedAt: null });
  await data(200, bob.api.get(path));
  await data(204, ada.api.delete(path));
  const old = Date.now() - 31 * 86_400_000;
  await env.DB.prepare("UPDATE projects SET deleted_at = ? WHERE id = ?").bind(old, id).run();
  expect((await ada.api.post(`${path}/restore`)).status).toBe(404);
});

test("the last owner neither leaves nor steps down, also when two owners race", async () => {
  const [ada, bob] = [await person(), await person()];
  const { id } = await createProject(ada);
  const members = `/projects/${id}/members`;
  expect((await ada.api.delete(`${members}/${ada.id}`)).body.code).toBe("last_project_owner");
  const down = await ada.api.patch(`${members}/${ada.id}`, { role: "viewer" });
  expect([down.status, down.body.code]).toEqual([409, "last_project_owner"]);
  await join(ada, id, bob, "owner");
  const statuses = await Promise.all([
    ada.api.delete(`${members}/${ada.id}`),
    bob.api.patch(`${members}/${bob.id}`, { role: "viewer" }),
  ]);
  expect(statuses.map(({ status }) => status).toSorted()).toEqual([204, 409]);
});

test("the epoch of a membership only grows, also over leaving and coming back", async () => {
  const [ada, bob] = [await person(), await person()];
  const { id } = await createProject(ada);
  const members = `/projects/${id}/members`;
  const seen: Json[] = [];
  const look = async () => seen.push(await epochOf(env.DB, id, bob.id));
  await join(ada, id, bob, "viewer");
  await look();
  await data(204, ada.api.patch(`${members}/${bob.id}`, { role: "collaborator" }));
  await look();
  await data(204, ada.api.delete(`${members}/${bob.id}`));
  await look();
  expect((await ada.api.delete(`${members}/${bob.id}`)).body.code).toBe("project_member_not_found");
  await join(ada, id, bob, "viewer");
  await look();
  expect(seen).toEqual([
    { role: "viewer", epoch: 1 },
    { role: "collaborator", epoch: 2 },
    { role: null, epoch: 3 },
    { role: "viewer", epoch: 4 },
  ]);
});

test("a project is handed over in one step, and everything is told in its feed", async () => {
  const [ada, bob, eve] = [await person(), await person(), await person()];
  const { id } = await createProject(ada);
  await join(ada, id, bob, "viewer");
  const transfer = (to: string) => ada.api.post(`/projects/${id}/transfer`, { userId: to });
  expect((await transfer(eve.id)).body.code).toBe("project_member_not_found");
  await data(204, transfer(bob.id));
  expect((await transfer(bob.id)).body.code).toBe("project_role_required");
  const listed = await data(200, ada.api.get(`/projects/${id}/members`));
  const roles = Object.fromEntries(listed.map(({ userId, role }: Json) => [userId, role]));
  expect(roles).toEqual({ [ada.id]: "collaborator", [bob.id]: "owner" });
  const feed = await data(200, bob.api.get(`/projects/${id}/activity`));
  expect(feed.map(({ action, actorId }: Json) => [action, actorId])).toEqual([
    ["project.transferred", ada.id],
    ["member.joined", bob.id],
    ["invitation.created", ada.id],
    ["project.created", ada.id],
  ]);
});
