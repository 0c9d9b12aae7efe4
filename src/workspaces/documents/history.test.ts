import { runInDurableObject } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { afterEach, expect, test } from "vitest";
import * as Y from "yjs";
import { append, checkChain, firstHead } from "./chain";
import { insertionFrame, newRoom, person, rawSocket, type Stub, until } from "./testClient";

const variables = env as { DOCUMENT_LIMITS?: string };
afterEach(() => {
  delete variables.DOCUMENT_LIMITS;
});

const tamper = (room: Stub, statement: string) =>
  runInDurableObject(room, (_, { storage }) => {
    storage.sql.exec(statement);
  });

/** Ten edits by two people, one named version, and a compaction in the middle. */
async function writtenRoom() {
  variables.DOCUMENT_LIMITS = JSON.stringify({ compactRows: 6, commitMillis: 0 });
  const room = newRoom();
  const people = [person(), person()];
  const sockets = await Promise.all(people.map((who) => rawSocket(room, who)));
  const docs = people.map(() => new Y.Doc());
  for (let n = 0; n < 10; n++) {
    sockets[n % 2]!.send(insertionFrame(`edit ${n} `, docs[n % 2]!));
    await until(() => sockets[0]!.of("update").length > n);
  }
  await room.createVersion({ name: "first", author: people[0]!.userId });
  return { room, people };
}

test("the history says who changed how much and when, newest first, in pages", async () => {
  const { room, people } = await writtenRoom();
  const newest = await room.history({ limit: 3 });
  expect(newest.map(({ kind }) => kind)).toEqual(["version", "edit", "edit"]);
  const older = await room.history({ limit: 100, before: newest.at(-1)!.sequence });
  expect(older).toHaveLength(8);
  const edits = [...newest, ...older].filter(({ kind }) => kind === "edit");
  expect(edits.at(-1)).toMatchObject({ author: people[0]!.userId, inserted: 7, deleted: 0 });
  expect(edits.at(-2)).toMatchObject({ author: people[1]!.userId, inserted: 7 });
  expect(Math.abs(edits[0]!.at - Date.now())).toBeLessThan(60_000);
});

test("an untouched history is proven, also after compaction and against an anchor kept before", async () => {
  const { room } = await writtenRoom();
  const [early] = await room.history({ limit: 1, before: 4 });
  const anchor = { sequence: early!.sequence, hash: early!.hash };
  expect(await room.verifyHistory()).toMatchObject({ intact: true, head: { sequence: 12 } });
  expect(await room.verifyHistory(anchor)).toMatchObject({ intact: true });
  expect(await room.verifyHistory({ ...anchor, hash: "another" })).toMatchObject({
    ...{ intact: false, broken: "anchor", sequence: 3 },
  });
});

test.each([
  ["an author is changed", "UPDATE history SET author = 'someone' WHERE sequence = 2", "chain"],
  ["a time is changed", "UPDATE history SET at = at + 1 WHERE sequence = 9", "chain"],
  ["an entry is removed", "DELETE FROM history WHERE sequence = 3", "chain"],
  [
    "the last entries are renumbered",
    "UPDATE history SET sequence = 99 WHERE sequence = 12",
    "chain",
  ],
  ["an update is removed", "DELETE FROM updates WHERE sequence = 9", "update"],
  ["an update is rewritten", "UPDATE updates SET bytes = x'0000' WHERE sequence = 9", "update"],
  ["an update is smuggled in", "INSERT INTO updates VALUES (77, 0, x'0000')", "update"],
  ["the snapshot is rewritten", "UPDATE snapshot SET bytes = zeroblob(length(bytes))", "snapshot"],
  ["a version is rewritten", "UPDATE versions SET text = x'41' WHERE version = 1", "version"],
  [
    "a version is forged whole",
    "INSERT INTO versions (kind, at, sequence, bytes, digest, text) VALUES ('named', 1, 1, 1, 'x', x'41')",
    "version",
  ],
])("%s: the proof fails", async (_, statement, broken) => {
  const { room } = await writtenRoom();
  await tamper(room, statement);
  expect(await room.verifyHistory()).toMatchObject({ intact: false, broken });
});

test("a chain that was written anew from a forged entry does not fit an anchor", () => {
  const about = { kind: "edit" as const, author: "a", at: 1, inserted: 1, deleted: 0, digest: "d" };
  const first = append(firstHead, about);
  const second = append(first, { ...about, author: "b" });
  expect(checkChain([first, second])).toEqual({ head: { sequence: 2, hash: second.hash } });
  const forged = append(firstHead, { ...about, author: "x" });
  const after = append(forged, { ...about, author: "b" });
  expect(checkChain([forged, after])).toHaveProperty("head");
  expect(after.hash).not.toBe(second.hash);
  expect(checkChain([forged, second])).toEqual({ brokenAt: 2 });
});
