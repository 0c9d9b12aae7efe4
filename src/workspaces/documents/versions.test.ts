import { runInDurableObject } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { afterEach, expect, test } from "vitest";
import * as Y from "yjs";
import { expiredVersions } from "./retention";
import {
  evict,
  insertionFrame,
  join,
  leave,
  newRoom,
  person,
  rawSocket,
  type Stub,
  synced,
  textOf,
  until,
} from "./testClient";

const author = "somebody";
const variables = env as { DOCUMENT_LIMITS?: string };
const allow = (limits: object) => {
  variables.DOCUMENT_LIMITS = JSON.stringify(limits);
};
afterEach(() => {
  delete variables.DOCUMENT_LIMITS;
});

const kinds = async (room: Stub) =>
  (await room.listVersions({ limit: 50 })).map(({ kind }) => kind);

test("a named version keeps the text, and restoring it is an edit that everyone sees", async () => {
  const room = newRoom();
  const client = join(room);
  await synced(client);
  client.text.insert(0, "the first draft\n");
  await until(async () => (await textOf(room)).length > 0);
  const made = await room.createVersion({ name: "draft", author });
  expect(made).toMatchObject({
    ok: true,
    version: { version: 1, kind: "named", name: "draft", author },
  });
  client.text.delete(0, client.text.length);
  client.text.insert(0, "something else\n");
  await until(async () => (await textOf(room)) === "something else\n");
  await evict(room);
  expect(await room.restoreVersion({ version: 1, author })).toMatchObject({
    ok: true,
    changed: true,
  });
  await until(() => client.text.toString() === "the first draft\n");
  expect((await room.history({ limit: 1 }))[0]).toMatchObject({ kind: "restore", author });
  const [kept] = await room.listVersions({ limit: 1 });
  expect(await room.readVersion(kept!.version)).toMatchObject({ text: "something else\n" });
  leave(client);
});

test("the difference of two versions, and of one with the present, is unified text", async () => {
  const room = newRoom();
  await room.writeText({ author, text: "a\nb\n" });
  await room.createVersion({ name: "one", author });
  await room.writeText({ author, text: "a\nB\n" });
  await room.createVersion({ name: "two", author });
  await room.writeText({ author, text: "a\nB\nc\n" });
  expect(await room.diffVersions({ from: 1, to: 2 })).toEqual({
    ...{ ok: true, diff: "--- version 1\n+++ version 2\n@@ -1,2 +1,2 @@\n a\n-b\n+B\n" },
  });
  expect(await room.diffVersions({ from: 2 })).toMatchObject({
    diff: "--- version 2\n+++ now\n@@ -1,2 +1,3 @@\n a\n B\n+c\n",
  });
  expect(await room.diffVersions({ from: 7 })).toMatchObject({ refusal: "not_found" });
});

test("the first edit after a quiet time keeps what was there, and so do so many edits", async () => {
  allow({ quietMillis: 60, versionEdits: 5, commitMillis: 0 });
  const room = newRoom();
  const doc = new Y.Doc();
  const socket = await rawSocket(room, person());
  const type = async (text: string) => {
    const heard = socket.of("update").length;
    socket.send(insertionFrame(text, doc));
    await until(() => socket.of("update").length > heard);
  };
  await type("session one");
  expect(await kinds(room)).toEqual([]);
  await new Promise((resolve) => setTimeout(resolve, 80));
  await type(", session two");
  expect(await kinds(room)).toEqual(["automatic"]);
  expect(await room.readVersion(1)).toMatchObject({ text: "session one" });
  for (let n = 0; n < 4; n++) await type("!");
  expect(await kinds(room)).toEqual(["automatic", "automatic"]);
  expect(await room.readVersion(2)).toMatchObject({ text: "session one, session two!!!!" });
});

test("versions over 1 MiB lie in R2, in the object's order of keys, and are checked when read", async () => {
  allow({ inlineVersionBytes: 1_000 });
  const room = newRoom();
  const text = "long line\n".repeat(500);
  await room.writeText({ author, text });
  expect(await room.createVersion({ name: "long", author })).toMatchObject({ ok: true });
  const prefix = `documents/${room.name}/versions/`;
  const { objects } = await env.MEDIA.list({ prefix });
  expect(objects).toHaveLength(1);
  expect(await room.readVersion(1)).toMatchObject({ ok: true, text });
  expect(await room.verifyHistory()).toMatchObject({ intact: true });
  await env.MEDIA.put(objects[0]!.key, "rewritten");
  expect(await room.readVersion(1)).toEqual({ ok: false, refusal: "corrupt" });
  expect(await room.restoreVersion({ version: 1, author })).toMatchObject({ refusal: "corrupt" });
  await room.purge();
  expect((await env.MEDIA.list({ prefix })).objects).toEqual([]);
});

test("a long automatic version goes to R2 while people go on typing", async () => {
  allow({ inlineVersionBytes: 100, versionEdits: 3, commitMillis: 0 });
  const room = newRoom();
  for (let n = 1; n <= 4; n++) await room.writeText({ author, text: `${n}\n`.repeat(200) });
  await until(async () => (await kinds(room)).length === 1);
  expect(await room.readVersion(1)).toMatchObject({ text: "3\n".repeat(200) });
  expect(await room.verifyHistory()).toMatchObject({ intact: true });
});

test("named versions are limited, and a list goes on where a page ended", async () => {
  allow({ namedVersions: 3 });
  const room = newRoom();
  await room.writeText({ author, text: "x" });
  for (const name of ["a", "b", "c"]) await room.createVersion({ name, author });
  expect(await room.createVersion({ name: "d", author })).toMatchObject({
    refusal: "too_many_versions",
  });
  const page = await room.listVersions({ limit: 2 });
  expect(page.map(({ name }) => name)).toEqual(["c", "b"]);
  const rest = await room.listVersions({ limit: 2, before: page[1]!.version });
  expect(rest.map(({ name }) => name)).toEqual(["a"]);
});

test("automatic versions thin out with age: all of a day, one an hour, one a day, one a week", () => {
  const hour = 3_600_000;
  const now = 1_800_000_000_000;
  const every = (step: number, count: number, kind: "automatic" | "named") =>
    Array.from({ length: count }, (_, n) => ({ version: n, kind, at: now - n * step }));
  const left = (list: ReturnType<typeof every>) => list.length - expiredVersions(list, now).length;
  expect(left(every(hour / 4, 96, "automatic"))).toBe(96);
  expect(left(every(hour / 4, 24 * 4 * 7, "automatic"))).toBeLessThanOrEqual(96 + 6 * 24 + 1);
  expect(left(every(hour, 24 * 60, "automatic"))).toBeLessThan(24 + 6 * 24 + 56);
  expect(left(every(24 * hour, 3_000, "automatic"))).toBeLessThan(7 + 53 + 98);
  expect(left(every(24 * hour, 3_000, "named"))).toBe(3_000);
});

test("expired versions leave the room, and their entries in the history stay", async () => {
  allow({ versionEdits: 1, commitMillis: 0 });
  const room = newRoom();
  for (let n = 0; n < 3; n++) await room.writeText({ author, text: `${n}` });
  await runInDurableObject(room, (_, { storage }) => {
    storage.sql.exec("UPDATE versions SET at = at - 900 * 86400000");
  });
  await room.writeText({ author, text: "new" });
  await until(async () => (await kinds(room)).length === 1);
  expect(await room.verifyHistory()).toMatchObject({ intact: true });
  const entries = await room.history({ limit: 50 });
  expect(entries.filter(({ kind }) => kind === "version")).toHaveLength(4);
});
