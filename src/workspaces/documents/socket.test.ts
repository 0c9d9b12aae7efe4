import { exports } from "cloudflare:workers";
import { expect, test, vi } from "vitest";
import { data, type Json } from "../../testing/api";
import { type Person, person } from "../../testing/people";
import { createProject, join as joinProject } from "../projects/testing";
import { joinBy, leave, synced, until } from "./testClient";

type Headers = Record<string, string>;

const offering = (token: string) => ({
  "sec-websocket-protocol": `rimlight.v1, bearer.${token}`,
});

async function knock(documentId: string, headers: Headers) {
  const url = `https://rimlight.test/api/v1/documents/${documentId}/socket`;
  const request = new Request(url, { headers: { upgrade: "websocket", ...headers } });
  return exports.default.fetch(request);
}

async function refusal(documentId: string, headers: Headers) {
  const answer = await knock(documentId, headers);
  const body = (await answer.json()) as Json;
  return [answer.status, body.code];
}

const enter = (documentId: string, who: Person) =>
  joinBy(() => knock(documentId, offering(who.token)));

async function team() {
  const [ada, bob] = [await person(), await person()];
  const { id } = await createProject(ada);
  await joinProject(ada, id, bob, "collaborator");
  const path = `/projects/${id}/documents`;
  const document = await data(201, ada.api.post(path, { path: "notes.md" }));
  const members = `/projects/${id}/members`;
  return { ada, bob, id, members, documentId: document.id as string };
}

test("the upgrade answers our subprotocol and never repeats the token", async () => {
  const { ada, documentId } = await team();
  const answer = await knock(documentId, offering(ada.token));
  expect([answer.status, answer.headers.get("sec-websocket-protocol")]).toEqual([
    101,
    "rimlight.v1",
  ]);
  answer.webSocket!.accept();
  answer.webSocket!.close();
  const plain = await knock(documentId, { authorization: `Bearer ${ada.token}` });
  expect([plain.status, plain.headers.get("sec-websocket-protocol")]).toEqual([101, null]);
  plain.webSocket!.accept();
  plain.webSocket!.close();
});

test("who may not come in is told before the upgrade", async () => {
  const { ada, documentId } = await team();
  const eve = await person();
  const known = offering(ada.token);
  expect(await refusal(documentId, {})).toEqual([401, "authentication_required"]);
  expect(await refusal(documentId, offering("a.b.c"))).toEqual([401, "invalid_token"]);
  expect(await refusal(documentId, offering(eve.token))).toEqual([404, "document_not_found"]);
  expect(await refusal("nonsense", known)).toEqual([404, "document_not_found"]);
  expect(await refusal(documentId, { ...known, origin: "https://evil.example" })).toEqual([
    403,
    "origin_not_allowed",
  ]);
  expect((await ada.api.get(`/documents/${documentId}/socket`)).body.code).toBe("upgrade_required");
  for (const origin of ["https://shop.example", "https://rimlight.test"]) {
    const answer = await knock(documentId, { ...known, origin });
    expect([origin, answer.status]).toEqual([origin, 101]);
    answer.webSocket!.accept();
    answer.webSocket!.close();
  }
});

test("what people type in their editors and what is written over REST is one text", async () => {
  const { ada, bob, documentId } = await team();
  const [one, two] = [enter(documentId, ada), enter(documentId, bob)];
  await synced(one, two);
  one.text.insert(0, "from the editor\n");
  await until(() => two.text.toString() === "from the editor\n");
  const content = `/documents/${documentId}/content`;
  await data(200, bob.api.put(content, { text: "from the editor\nand from REST\n" }));
  await until(() => one.text.toString() === "from the editor\nand from REST\n");
  leave(one, two);
});

test("a member who is removed is out, and writes no more, when the answer is there", async () => {
  const { ada, bob, members, documentId } = await team();
  const client = enter(documentId, bob);
  await synced(client);
  await data(204, ada.api.delete(`${members}/${bob.id}`));
  await until(() => client.codes.length > 0);
  expect(client.codes).toEqual([4403]);
  expect(await refusal(documentId, offering(bob.token))).toEqual([404, "document_not_found"]);
  leave(client);
});

test("who comes back after a removal comes in again, in the new role", async () => {
  const { ada, bob, id, members, documentId } = await team();
  const first = enter(documentId, bob);
  await synced(first);
  await data(204, ada.api.delete(`${members}/${bob.id}`));
  await joinProject(ada, id, bob, "viewer");
  const [again, owner] = [enter(documentId, bob), enter(documentId, ada)];
  await synced(again, owner);
  owner.text.insert(0, "seen");
  await until(() => again.text.toString() === "seen");
  const written = await bob.api.put(`/documents/${documentId}/content`, { text: "mine" });
  expect(written.body.code).toBe("project_role_required");
  leave(first, again, owner);
});

test("a role that changes takes effect in the open socket", async () => {
  const { ada, bob, members, documentId } = await team();
  const [owner, client] = [enter(documentId, ada), enter(documentId, bob)];
  const warned = vi.spyOn(console, "warn").mockImplementation(() => {});
  await synced(owner, client);
  await data(204, ada.api.patch(`${members}/${bob.id}`, { role: "viewer" }));
  client.text.insert(0, "not allowed ");
  owner.text.insert(0, "allowed ");
  await until(() => client.text.length === "not allowed allowed ".length);
  const read = await data(200, ada.api.get(`/documents/${documentId}/content`));
  expect(read.text).toBe("allowed ");
  await data(204, ada.api.patch(`${members}/${bob.id}`, { role: "collaborator" }));
  await until(() => owner.text.toString().includes("not allowed "));
  expect(warned.mock.calls.join()).toContain("Permission denied");
  leave(owner, client);
});

test("a document or project that is deleted closes its sockets for good", async () => {
  const { ada, bob, id, documentId } = await team();
  const client = enter(documentId, bob);
  await synced(client);
  await data(204, ada.api.delete(`/documents/${documentId}`));
  await until(() => client.codes.includes(4404));
  await data(200, ada.api.post(`/documents/${documentId}/restore`));
  const again = enter(documentId, bob);
  await synced(again);
  await data(204, ada.api.delete(`/projects/${id}`));
  await until(() => again.codes.includes(4404));
  await data(200, ada.api.post(`/projects/${id}/restore`));
  const last = enter(documentId, bob);
  await synced(last);
  leave(client, again, last);
});

test("a session that ends takes its sockets with it", async () => {
  const { ada, bob, documentId } = await team();
  const [owner, client] = [enter(documentId, ada), enter(documentId, bob)];
  await synced(owner, client);
  await bob.api.post("/auth/logout", {});
  await until(() => client.codes.includes(4401), 10_000);
  expect(owner.codes).toEqual([]);
  leave(owner, client);
});

test("a project shows who is in which document, to its members", async () => {
  const { ada, bob, id, documentId } = await team();
  const client = enter(documentId, bob);
  await synced(client);
  const presence = await data(200, ada.api.get(`/projects/${id}/presence`));
  expect(presence).toEqual([
    {
      documentId,
      path: "notes.md",
      people: [{ userId: bob.id, name: bob.displayName, role: "collaborator" }],
    },
  ]);
  expect((await (await person()).api.get(`/projects/${id}/presence`)).status).toBe(404);
  leave(client);
  await until(async () => (await ada.api.get(`/projects/${id}/presence`)).data.length === 0);
});
