import { expect, test } from "vitest";
import * as Y from "yjs";
import type { Written } from "./content";
import { step2Frame } from "./protocol";
import {
  converged,
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

const author = "rest-user";
const etagOf = async (room: Stub) => {
  const read = await room.readText();
  return read.ok ? read.etag : "";
};

test("a text that is put becomes the document's, and everyone who is in it sees only what changed", async () => {
  const room = newRoom();
  const client = join(room);
  await synced(client);
  await room.writeText({ author, text: "one\ntwo\nthree\n" });
  await until(() => client.text.toString() === "one\ntwo\nthree\n");
  const deltas: unknown[] = [];
  client.text.observe(({ delta }) => deltas.push(...delta));
  await room.writeText({ author, text: "one\ntwo and a half\nthree\n" });
  await until(() => client.text.toString().includes("half"));
  expect(deltas).toEqual([{ retain: 7 }, { insert: " and a half" }]);
  expect((await room.history({ limit: 1 }))[0]).toMatchObject({
    kind: "write",
    author,
    inserted: 11,
  });
  leave(client);
});

test("what others type while a text is being written elsewhere is not lost", async () => {
  const room = newRoom();
  const client = join(room);
  await synced(client);
  await room.writeText({ author, text: "title\n\nbody\n\nend\n" });
  const etag = await etagOf(room);
  await until(() => client.text.length === 17);
  client.text.insert(0, "Great ");
  client.text.insert(client.text.length, "typed meanwhile\n");
  await until(async () => (await textOf(room)).endsWith("meanwhile\n"));
  const mine = { author, text: "title\n\nbody, longer\n\nend\n" };
  const expected = "Great title\n\nbody, longer\n\nend\ntyped meanwhile\n";
  expect(await room.writeText({ ...mine, base: { etag } })).toMatchObject({
    ok: true,
    changed: true,
  });
  expect(await converged(room, [client])).toBe(expected);
  const again = await room.writeText({ ...mine, base: { text: "title\n\nbody\n\nend\n" } });
  expect(again).toMatchObject({ ok: true, changed: false });
  expect(await textOf(room)).toBe(expected);
  leave(client);
});

test("an etag names one state: a change, also one that only deletes, makes If-Match stale", async () => {
  const room = newRoom();
  const doc = new Y.Doc();
  const socket = await rawSocket(room, person());
  socket.send(insertionFrame("four", doc));
  await until(() => socket.of("update").length === 1);
  const etag = await etagOf(room);
  await evict(room);
  await room.createVersion({ name: "not a change", author });
  expect(await etagOf(room)).toBe(etag);
  const before = Y.encodeStateVector(doc);
  doc.getText("content").delete(0, 1);
  socket.send(step2Frame(Y.encodeStateAsUpdate(doc, before)));
  await until(async () => (await textOf(room)) === "our");
  const now = await etagOf(room);
  expect(now).not.toBe(etag);
  expect(await room.writeText({ author, text: "x", ifMatch: etag })).toEqual({
    ...{ ok: false, refusal: "stale", etag: now },
  });
  const written = await room.writeText({ author, text: "x", ifMatch: now });
  expect(written).toMatchObject({ ok: true, etag: await etagOf(room) } satisfies Partial<
    Written & { ok: true; etag: string }
  >);
});

test("of thirty writers with the same If-Match exactly one wins", async () => {
  const room = newRoom();
  await room.writeText({ author, text: "start" });
  const ifMatch = await etagOf(room);
  const texts = Array.from({ length: 30 }, (_, n) => `writer ${n}`);
  const answers = await Promise.all(texts.map((text) => room.writeText({ author, text, ifMatch })));
  expect(answers.filter(({ ok }) => ok)).toHaveLength(1);
  expect(texts).toContain(await textOf(room));
});

test("thirty writers with one base lose nothing of each other", async () => {
  const room = newRoom();
  const lines = Array.from({ length: 30 }, (_, n) => `line ${n}\n`);
  await room.writeText({ author, text: lines.join("") });
  const etag = await etagOf(room);
  await Promise.all(
    lines.map((line, n) => {
      const text = lines.with(n, line.replace("line", "changed")).join("");
      return room.writeText({ author, text, base: { etag } });
    }),
  );
  expect((await textOf(room)).match(/changed/g)).toHaveLength(30);
  expect((await textOf(room)).split("\n")).toHaveLength(31);
});

test("a base that the room no longer knows is refused, and so is one that never was", async () => {
  const room = newRoom();
  await room.writeText({ author, text: "a" });
  const etag = await etagOf(room);
  for (const wrong of [
    "nonsense",
    etag.replace(/^1-/, "2-"),
    etag.replace("-1-", "-9-"),
    `${etag.slice(0, -3)}AAA`,
  ]) {
    const answer = await room.writeText({ author, text: "b", base: { etag: wrong } });
    expect(answer).toMatchObject({ ok: false, refusal: "base_unknown" });
  }
  expect(await textOf(room)).toBe("a");
});

test("any text comes back as it was put: newlines, emoji, NUL, and broken halves made whole", async () => {
  const room = newRoom();
  for (const text of ["\r\n\u0000\uFEFF👩‍👩‍👧 \u2028", "x", "", "a\uD800b"]) {
    await room.writeText({ author, text });
    await evict(room);
    expect(await textOf(room)).toBe(text.toWellFormed());
  }
});

test("what is embedded in the text stays where it is when the text around it is put", async () => {
  const room = newRoom();
  const client = join(room);
  await synced(client);
  client.text.insert(0, "left right");
  client.text.insertEmbed(5, { image: "x" });
  await until(async () => (await textOf(room)) === "left \uFFFCright");
  await room.writeText({ author, text: "far left \uFFFCright!" });
  await until(() => client.text.toDelta().length === 3);
  expect(client.text.toDelta()).toEqual([
    ...[{ insert: "far left " }, { insert: { image: "x" } }, { insert: "right!" }],
  ]);
  leave(client);
});

test("a place that was named stays with its letters while others type", async () => {
  const room = newRoom();
  await room.writeText({ author, text: "hello world" });
  const named = await room.anchor([6, 11, 0]);
  if (!named.ok) throw new Error(named.refusal);
  await room.writeText({ author, text: "well, hello wide world!" });
  expect(await room.locate([...named.anchors, "nonsense"])).toEqual({
    ...{ ok: true, places: [17, 23, 6, null] },
  });
});
