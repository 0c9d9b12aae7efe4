import { env } from "cloudflare:workers";
import { expect, test } from "vitest";
import { data, type Json } from "../../testing/api";
import { type Person, person } from "../../testing/people";
import { createProject, join } from "../projects/testing";

async function team(more: Json = {}) {
  const [ada, bob] = [await person(), await person()];
  const { id } = await createProject(ada, more);
  await join(ada, id, bob, "viewer");
  const documents = `/projects/${id}/documents`;
  const { id: documentId } = await data(201, ada.api.post(documents, { path: "poem.md" }));
  const content = `/documents/${documentId}/content`;
  await data(200, ada.api.put(content, { text: "roses are red" }));
  return { ada, bob, id, content, comments: `/documents/${documentId}/comments` };
}

const write = (who: Person, path: string, body: Json): Promise<Json> =>
  data(201, who.api.post(path, body));

test("a comment stays at its words while others type before them", async () => {
  const { ada, bob, content, comments } = await team();
  await write(ada, comments, { body: "Are they?", range: { from: 6, to: 9 } });
  await data(200, ada.api.put(content, { text: "My roses are red" }));
  const [thread] = await data(200, bob.api.get(comments));
  expect(thread).toMatchObject({ body: "Are they?", range: { from: 9, to: 12 }, answers: [] });
  const again = { body: "By its name", anchor: thread.anchor };
  await write(ada, comments, again);
  const [named] = await data(200, bob.api.get(comments));
  expect(named.range).toEqual({ from: 9, to: 12 });
});

test("a thread is answered, resolved and reopened", async () => {
  const { ada, bob, comments } = await team({ viewersMayComment: true });
  const { id } = await write(bob, comments, { body: "On the whole, fine" });
  const answer = await write(ada, comments, { body: "Thank you", threadId: id });
  const onAnswer = await ada.api.post(comments, { body: "?", threadId: answer.id });
  expect(onAnswer.body.code).toBe("comment_not_found");
  const [thread] = await data(200, bob.api.get(comments));
  expect(thread).toMatchObject({ id, range: null, answers: [{ body: "Thank you" }] });
  const resolve = (resolved: boolean) => ada.api.put(`/comments/${id}/resolution`, { resolved });
  expect(await data(200, resolve(true))).toMatchObject({ resolvedBy: ada.id });
  expect(await data(200, bob.api.get(comments))).toEqual([]);
  expect(await data(200, bob.api.get(`${comments}?state=resolved`))).toHaveLength(1);
  expect(await data(200, resolve(false))).toMatchObject({ resolvedAt: null });
});

test("viewers comment only if the project allows it, and strangers find nothing", async () => {
  const { ada, bob, id, comments } = await team();
  const eve = await person();
  const ask = async (who: Person) => (await who.api.post(comments, { body: "Hm" })).body.code;
  expect(await ask(bob)).toBe("comment_not_allowed");
  expect(await ask(eve)).toBe("document_not_found");
  expect((await eve.api.get(comments)).status).toBe(404);
  await data(200, ada.api.patch(`/projects/${id}`, { viewersMayComment: true }));
  await write(bob, comments, { body: "Hm" });
});

test("only its author changes a comment; an owner may take it back too", async () => {
  const { ada, bob, comments } = await team({ viewersMayComment: true });
  const eve = await person();
  const { id } = await write(bob, comments, { body: "Hm" });
  const path = `/comments/${id}`;
  expect((await ada.api.patch(path, { body: "Mine" })).body.code).toBe("comment_not_yours");
  expect((await eve.api.patch(path, { body: "Mine" })).body.code).toBe("comment_not_found");
  expect((await bob.api.patch(path, { body: "Hm!" }, { "if-match": '"7"' })).status).toBe(412);
  expect(await data(200, bob.api.patch(path, { body: "Hm!" }))).toMatchObject({ version: 2 });
  const hers = await write(ada, comments, { body: "Well" });
  expect((await bob.api.delete(`/comments/${hers.id}`)).body.code).toBe("comment_not_yours");
  await data(204, ada.api.delete(path));
  const deleted = (await data(200, ada.api.get(comments))).find((one: Json) => one.id === id);
  expect(deleted.body).toBe("");
  expect((await bob.api.patch(path, { body: "Back" })).status).toBe(404);
});

test("members who are mentioned are told of, others are not", async () => {
  const { ada, bob, comments } = await team();
  const eve = await person();
  const told = await write(ada, comments, { body: "Look", mentions: [bob.id, eve.id] });
  expect(told.mentions).toEqual([bob.id]);
  const untold = await write(ada, comments, { body: "Look", mentions: [eve.id] });
  const sql = "SELECT count(*) AS n FROM events WHERE payload ->> '$.commentId' = ?";
  const events = (id: string) => env.DB.prepare(sql).bind(id).first("n");
  expect([await events(told.id), await events(untold.id)]).toEqual([1, 0]);
});
