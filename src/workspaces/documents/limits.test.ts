import { env } from "cloudflare:workers";
import { afterEach, expect, test } from "vitest";
import * as Y from "yjs";
import { writeAwareness } from "./awareness";
import { awarenessFrame, step1Frame, step2Frame } from "./protocol";
import {
  bytes,
  insertionFrame,
  join,
  knock,
  leave,
  newRoom,
  pause,
  person,
  rawSocket,
  textOf,
  until,
} from "./testClient";

const variables = env as { DOCUMENT_LIMITS?: string };
const allow = (limits: object) => {
  variables.DOCUMENT_LIMITS = JSON.stringify(limits);
};
afterEach(() => {
  delete variables.DOCUMENT_LIMITS;
});

test("a frame over 1 MiB closes with 4413, one below it is taken", async () => {
  const room = newRoom();
  const [small, large] = [await rawSocket(room, person()), await rawSocket(room, person())];
  small.send(insertionFrame("x".repeat(1_048_000)));
  await until(() => small.of("update").length > 0);
  large.send(insertionFrame("x".repeat(1_048_577)));
  expect(await large.closed).toBe(4413);
  expect((await textOf(room)).length).toBe(1_048_000);
});

test("a document at its limit refuses to grow with 4413 and may still shrink", async () => {
  allow({ documentBytes: 5_000 });
  const room = newRoom();
  const doc = new Y.Doc();
  const writer = await rawSocket(room, person());
  writer.send(insertionFrame("x".repeat(4_975), doc));
  await until(() => writer.of("update").length === 1);
  const greedy = await rawSocket(room, person());
  greedy.send(insertionFrame("y".repeat(2_000)));
  expect(await greedy.closed).toBe(4413);
  expect(await room.writeText({ author: "u", text: "z".repeat(6_000) })).toMatchObject({
    refusal: "too_large",
  });
  const before = Y.encodeStateVector(doc);
  doc.getText("content").delete(0, 4_475);
  writer.send(step2Frame(Y.encodeStateAsUpdate(doc, before)));
  await until(async () => (await textOf(room)).length === 500);
  writer.send(insertionFrame("room again", doc));
  await until(async () => (await textOf(room)).length === 510);
});

test("a document of too many pieces takes no more", async () => {
  allow({ structs: 50 });
  const room = newRoom();
  const socket = await rawSocket(room, person());
  for (let n = 0; n < 60; n++) socket.send(insertionFrame("piece"));
  expect(await socket.closed).toBe(4413);
  expect((await textOf(room)).length).toBe(50 * 5);
});

test("the room is full at its number of sockets, and has a place again when one leaves", async () => {
  allow({ sockets: 3 });
  const room = newRoom();
  const sockets = await Promise.all([1, 2, 3].map(() => rawSocket(room, person())));
  expect((await knock(room, person())).status).toBe(503);
  sockets[0]!.socket.close(1000);
  await until(async () => (await knock(room, person())).status === 101);
});

test("who sends faster than 60 frames a second, its savings spent, is told to come back later", async () => {
  const room = newRoom();
  const [fast, calm] = [await rawSocket(room, person()), await rawSocket(room, person())];
  const doc = new Y.Doc();
  for (let n = 0; n < 900; n++) fast.send(insertionFrame("x", doc));
  expect(await fast.closed).toBe(1013);
  calm.send(insertionFrame("calm"));
  await until(async () => (await textOf(room)).includes("calm"));
});

test("asking for the whole document over and over is a flood too", async () => {
  const room = newRoom();
  const socket = await rawSocket(room, person());
  for (let n = 0; n < 200; n++) socket.send(step1Frame(new Uint8Array([0])));
  expect(await socket.closed).toBe(1013);
  expect(socket.of("update").length).toBeLessThan(200);
});

test("questions are answered once a frame", async () => {
  const room = newRoom();
  const socket = await rawSocket(room, person());
  socket.send(bytes(...Array.from({ length: 50 }, () => step1Frame(new Uint8Array([0])))));
  await until(() => socket.of("update").length > 0);
  await pause(20);
  expect(socket.of("update")).toHaveLength(1);
});

test.each([
  ["an unknown message type", bytes(9)],
  ["an unknown sync type", bytes(0, 7, 0)],
  ["a length beyond the end", bytes(0, 2, 200, 1)],
  ["a state vector that is none", step1Frame(new Uint8Array([255, 255]))],
  ["an update that is none", step2Frame(new Uint8Array([1, 1, 255, 255, 255]))],
  ["a struct count beyond memory", step2Frame(bytes(1, 30_000_000, 1, 0, 4))],
  ["awareness that is none", awarenessFrame(new Uint8Array([3, 1]))],
  ["a text frame", "hello"],
])("%s closes with 4400 and changes nothing", async (_, frame) => {
  const room = newRoom();
  const socket = await rawSocket(room, person());
  socket.send(frame);
  expect(await socket.closed).toBe(4400);
  expect(await room.history({ limit: 10 })).toEqual([]);
});

test("ping is answered without the room; what a client passes on of others costs it little", async () => {
  const room = newRoom();
  const socket = await rawSocket(room, person());
  const pong = new Promise((resolve) =>
    socket.socket.addEventListener("message", ({ data }) => data === "pong" && resolve(data)),
  );
  socket.send("ping");
  expect(await pong).toBe("pong");
  const passedOn = { id: 4, clock: 2 ** 31 + 5, json: '{"cursor":1}' };
  const relay = awarenessFrame(writeAwareness([passedOn, passedOn]));
  for (let n = 0; n < 2_000; n++) socket.send(relay);
  await pause(100);
  expect(socket.socket.readyState).toBe(WebSocket.READY_STATE_OPEN);
  const client = join(room);
  await until(() => client.provider.synced);
  leave(client);
});
