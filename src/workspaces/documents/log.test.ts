import { runInDurableObject } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { afterEach, expect, test, vi } from "vitest";
import * as Y from "yjs";
import {
  converged,
  evict,
  insertionFrame,
  join,
  knock,
  leave,
  newRoom,
  person,
  rawSocket,
  type Stub,
  synced,
  textOf,
  until,
} from "./testClient";

const variables = env as { DOCUMENT_LIMITS?: string };
const allow = (limits: object) => {
  variables.DOCUMENT_LIMITS = JSON.stringify(limits);
};
const logged = vi.spyOn(console, "error").mockImplementation(() => {});
afterEach(() => {
  delete variables.DOCUMENT_LIMITS;
  logged.mockClear();
});

const query = <T extends Record<string, SqlStorageValue>>(room: Stub, statement: string) =>
  runInDurableObject(room, (_, { storage }) => storage.sql.exec<T>(statement).toArray());

const sizes = async (room: Stub) => {
  const [row] = await query<{ rows: number; parts: number; history: number; largest: number }>(
    room,
    `SELECT (SELECT count(*) FROM updates) AS rows, (SELECT count(*) FROM snapshot) AS parts,
            (SELECT count(*) FROM history) AS history,
            (SELECT max(length(bytes)) FROM (SELECT bytes FROM updates UNION ALL SELECT bytes FROM snapshot)) AS largest`,
  );
  return row!;
};

test("the log moves into a snapshot of several parts and the document stays what it was", async () => {
  allow({ compactRows: 10, partBytes: 100, commitMillis: 0 });
  const room = newRoom();
  const socket = await rawSocket(room, person());
  const doc = new Y.Doc();
  for (let n = 0; n < 64; n++) {
    socket.send(insertionFrame(`line ${n}\n`, doc));
    await until(() => socket.of("update").length > n);
  }
  const { rows, parts, history, largest } = await sizes(room);
  expect(rows).toBeLessThan(10);
  expect(parts).toBeGreaterThan(2);
  expect(largest).toBeLessThanOrEqual(100);
  expect(history).toBe(64 + Math.floor(64 / 10));
  await evict(room);
  expect(await textOf(room)).toBe(doc.getText("content").toJSON());
  expect(await room.verifyHistory()).toMatchObject({ intact: true });
});

test("a document of 6 MB is stored in rows below 2 MB and joins in one piece", async () => {
  const room = newRoom();
  const text = "0123456789abcdef\n".repeat(350_000);
  expect(await room.writeText({ author: "u", text })).toMatchObject({ ok: true, changed: true });
  expect((await sizes(room)).largest).toBeLessThan(2_000_000);
  await evict(room);
  const client = join(room);
  await synced(client);
  expect(client.text.toString()).toBe(text);
  client.text.insert(0, "more ");
  await until(async () => (await room.status()).ok);
  expect((await converged(room, [client])).length).toBe(text.length + 5);
  leave(client);
});

test("an idle room commits the first update at once, one under load collects", async () => {
  allow({ commitMillis: 50 });
  const room = newRoom();
  const socket = await rawSocket(room, person());
  const doc = new Y.Doc();
  const start = performance.now();
  socket.send(insertionFrame("first", doc));
  await until(() => socket.of("update").length === 1);
  expect(performance.now() - start).toBeLessThan(45);
  for (let n = 0; n < 100; n++) socket.send(insertionFrame(`${n},`, doc));
  await until(async () => (await textOf(room)).endsWith(",99,"));
  expect((await room.history({ limit: 200 })).length).toBeLessThan(50);
});

test("every logged update has one author, however many write at once", async () => {
  allow({ commitMillis: 40 });
  const room = newRoom();
  const people = [person(), person(), person()];
  const sockets = await Promise.all(people.map((who) => rawSocket(room, who)));
  for (let n = 0; n < 10; n++) for (const socket of sockets) socket.send(insertionFrame("x"));
  await until(async () => (await textOf(room)).length === 30);
  const entries = await room.history({ limit: 100 });
  for (const { userId } of people) {
    const inserted = entries.filter(({ author }) => author === userId).map((e) => e.inserted);
    expect(inserted.reduce((a, b) => a + b, 0)).toBe(10);
  }
});

test.each([
  ["a lost part of the snapshot", "DELETE FROM snapshot WHERE part = 1"],
  ["a lost snapshot", "DELETE FROM snapshot"],
  ["a snapshot of zeros", "UPDATE snapshot SET bytes = zeroblob(length(bytes))"],
  ["a lost update", "DELETE FROM updates WHERE sequence = (SELECT max(sequence) FROM updates)"],
  ["an update of zeros", "UPDATE updates SET bytes = zeroblob(length(bytes))"],
])("%s: the room answers 503 and 4503, and touches nothing", async (_, damage) => {
  allow({ compactRows: 8, partBytes: 60, commitMillis: 0 });
  const room = newRoom();
  const socket = await rawSocket(room, person());
  const doc = new Y.Doc();
  for (let n = 0; n < 11; n++) {
    socket.send(insertionFrame(`line ${n}\n`, doc));
    await until(() => socket.of("update").length > n);
  }
  await query(room, damage);
  const before = [
    await query(room, "SELECT * FROM snapshot"),
    await query(room, "SELECT * FROM updates"),
  ];
  await evict(room);
  socket.send(insertionFrame("lost?", doc));
  expect(await socket.closed).toBe(4503);
  expect((await knock(room, person())).status).toBe(503);
  expect(await room.readText()).toEqual({ ok: false, refusal: "unavailable" });
  expect(await room.writeText({ author: "u", text: "" })).toMatchObject({ refusal: "unavailable" });
  expect(await room.verifyHistory()).toMatchObject({ intact: false });
  expect(logged.mock.calls.join()).toContain("document_not_loaded");
  const after = [
    await query(room, "SELECT * FROM snapshot"),
    await query(room, "SELECT * FROM updates"),
  ];
  expect(after).toEqual(before);
});

test("a write that fails is not acknowledged, and everyone is told to come back", async () => {
  const room = newRoom();
  const socket = await rawSocket(room, person());
  await query(
    room,
    "CREATE TRIGGER full BEFORE INSERT ON updates BEGIN SELECT raise(ABORT, 'disk'); END",
  );
  socket.send(insertionFrame("not kept"));
  expect(await socket.closed).toBe(4503);
  expect(socket.of("update")).toEqual([]);
  expect(await textOf(room)).toBe("");
  await query(room, "DROP TRIGGER full");
  expect(await textOf(room)).toBe("");
  const client = join(room);
  client.text.insert(0, "works again");
  await until(async () => (await textOf(room)) === "works again");
  leave(client);
});
