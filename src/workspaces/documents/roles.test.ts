import { evictDurableObject, runInDurableObject } from "cloudflare:test";
import { expect, test, vi } from "vitest";
import * as Y from "yjs";
import { step1Frame, step2Frame, updateFrame } from "./protocol";
import {
  insertion,
  insertionFrame,
  join,
  leave,
  newRoom,
  pause,
  person,
  rawSocket,
  synced,
  textOf,
  until,
} from "./testClient";

const viewer = () => person({ role: "viewer" });

test("a viewer receives the document and every edit", async () => {
  const room = newRoom();
  const [writer, reader] = [join(room), join(room, viewer())];
  await synced(writer, reader);
  writer.text.insert(0, "for all to read");
  await until(() => reader.text.toString() === "for all to read");
  leave(writer, reader);
});

test("no frame of a viewer changes anything: it is told so, and never asked for its state", async () => {
  const room = newRoom();
  const reader = await rawSocket(room, viewer());
  const doc = new Y.Doc();
  reader.send(insertionFrame("one", doc));
  reader.send(step2Frame(Y.encodeStateAsUpdate(doc)));
  reader.send(updateFrame(new Uint8Array([255, 255, 255, 255])));
  await until(() => reader.of("auth").length === 3);
  reader.send(step1Frame(Y.encodeStateVector(doc)));
  await until(() => reader.of("update").length === 1);
  expect(reader.of("step1")).toEqual([]);
  expect(await textOf(room)).toBe("");
  expect(await room.history({ limit: 10 })).toEqual([]);
  await runInDurableObject(room, (_, { storage }) => {
    expect(storage.sql.exec("SELECT * FROM updates").toArray()).toEqual([]);
  });
});

test("a promoted viewer is asked at once for what it holds", async () => {
  const room = newRoom();
  const who = viewer();
  const warned = vi.spyOn(console, "warn").mockImplementation(() => {});
  const reader = join(room, who);
  await synced(reader);
  reader.text.insert(0, "typed too early");
  await pause(30);
  expect(await textOf(room)).toBe("");
  await room.setAccess(who.userId, "collaborator", 2);
  await until(async () => (await textOf(room)) === "typed too early");
  expect(warned.mock.calls.join()).toContain("Permission denied");
  leave(reader);
});

test("a demoted collaborator stays connected, keeps reading and can write no more, also after hibernation", async () => {
  const room = newRoom();
  const who = person();
  const [demoted, other] = [await rawSocket(room, who), join(room)];
  await synced(other);
  demoted.send(insertionFrame("before"));
  await until(async () => (await textOf(room)) === "before");
  await room.setAccess(who.userId, "viewer", 2);
  demoted.send(insertionFrame("after"));
  await until(() => demoted.of("auth").length === 1);
  await evictDurableObject(room);
  demoted.send(insertionFrame("after sleep"));
  await until(() => demoted.of("auth").length === 2);
  expect(await textOf(room)).toBe("before");
  const heard = demoted.of("update").length;
  other.text.insert(0, "still ");
  await until(() => demoted.of("update").length > heard);
  leave(other);
});

test("an older change of role that arrives late changes nothing", async () => {
  const room = newRoom();
  const who = person({ epoch: 5 });
  const socket = await rawSocket(room, who);
  await room.setAccess(who.userId, "viewer", 4);
  await room.revoke(who.userId, 3);
  const update = insertion("still a collaborator");
  socket.send(updateFrame(update));
  await until(async () => (await textOf(room)) === "still a collaborator");
  expect(socket.of("auth")).toEqual([]);
});
