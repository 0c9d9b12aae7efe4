import { env } from "cloudflare:workers";
import { expect, test, vi } from "vitest";
import { data, type Json } from "../../testing/api";
import { person } from "../../testing/people";
import { createProject, join } from "./testing";

async function mailedInvitation(email: string): Promise<string> {
  const sql = "SELECT text FROM mailbox WHERE recipient = ? AND subject = ?";
  return vi.waitFor(
    async () => {
      const row = await env.DB.prepare(sql)
        .bind(email, "You are invited to a project")
        .first<{ text: string }>();
      return /invitations\/(\S+)/.exec(row?.text ?? "")![1]!;
    },
    { timeout: 12_000, interval: 100 },
  );
}

test("a link is for one person, however many follow it at once", async () => {
  const ada = await person();
  const { id } = await createProject(ada);
  const { token, link } = await data(
    201,
    ada.api.post(`/projects/${id}/invitations`, { role: "viewer" }),
  );
  expect(link).toContain(token);
  const people = await Promise.all(Array.from({ length: 30 }, () => person()));
  const answers = await Promise.all(
    people.map((who) => who.api.post("/invitations/accept", { token })),
  );
  const statuses = answers.map(({ status }) => status).toSorted();
  expect(statuses).toEqual([200, ...Array(29).fill(410)]);
  expect(await data(200, ada.api.get(`/projects/${id}/members`))).toHaveLength(2);
  expect(await data(200, ada.api.get(`/projects/${id}/invitations`))).toEqual([]);
}, 60_000);

test("what is mailed to an address is for the account of that address", async () => {
  const [ada, bob, eve] = [await person(), await person(), await person()];
  const { id } = await createProject(ada);
  const email = bob.email.toUpperCase();
  const invited = await data(
    201,
    ada.api.post(`/projects/${id}/invitations`, { role: "collaborator", email }),
  );
  expect(invited).toMatchObject({ email: bob.email, token: null, link: null });
  const token = await mailedInvitation(bob.email);
  const accept = (who: typeof ada) => who.api.post("/invitations/accept", { token });
  expect((await accept(eve)).body.code).toBe("invitation_of_another");
  expect(await data(200, accept(bob))).toMatchObject({ id, role: "collaborator" });
  expect((await accept(bob)).body.code).toBe("invitation_over");
});

test("an invitation that was withdrawn, has expired or leads to a deleted project is over", async () => {
  const [ada, bob] = [await person(), await person()];
  const { id } = await createProject(ada);
  const invitations = `/projects/${id}/invitations`;
  const invite = (): Promise<Json> => data(201, ada.api.post(invitations, { role: "viewer" }));
  const accept = async (token: string) => {
    const { status, body } = await bob.api.post("/invitations/accept", { token });
    return [status, body.code];
  };
  const [withdrawn, expired, open] = [await invite(), await invite(), await invite()];
  await data(204, ada.api.delete(`${invitations}/${withdrawn.id}`));
  expect((await ada.api.delete(`${invitations}/${withdrawn.id}`)).status).toBe(404);
  const sql = "UPDATE project_invitations SET expires_at = ? WHERE id = ?";
  await env.DB.prepare(sql).bind(Date.now(), expired.id).run();
  expect(await accept(withdrawn.token)).toEqual([410, "invitation_over"]);
  expect(await accept(expired.token)).toEqual([410, "invitation_over"]);
  expect(await accept(`${open.id}~v1.forged`)).toEqual([404, "invitation_not_found"]);
  await data(204, ada.api.delete(`/projects/${id}`));
  expect(await accept(open.token)).toEqual([410, "invitation_over"]);
});

test("a member keeps their role and leaves the invitation to somebody else", async () => {
  const [ada, bob, eve] = [await person(), await person(), await person()];
  const { id } = await createProject(ada);
  await join(ada, id, bob, "viewer");
  const path = `/projects/${id}/invitations`;
  expect((await bob.api.post(path, { role: "owner" })).body.code).toBe("project_role_required");
  const { token } = await data(201, ada.api.post(path, { role: "owner" }));
  const again = await bob.api.post("/invitations/accept", { token });
  expect([again.status, again.body.code]).toEqual([409, "already_project_member"]);
  await data(200, eve.api.post("/invitations/accept", { token }));
  expect((await bob.api.get(`/projects/${id}`)).data.role).toBe("viewer");
});
