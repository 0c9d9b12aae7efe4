import { evictDurableObject, runInDurableObject } from "cloudflare:test";
import { expect, test } from "vitest";
import type { Person } from "./admission";
import {
  evict,
  insertionFrame,
  join,
  knock,
  leave,
  newRoom,
  pause,
  person,
  rawSocket,
  synced,
  textOf,
  until,
} from "./testClient";

test("after a revocation nothing from that person is applied and nothing reaches them", async () => {
  const room = newRoom();
  const who = person();
  const [gone, other] = [await rawSocket(room, who), join(room)];
  await synced(other);
  gone.send(insertionFrame("before"));
  await until(() => other.text.toString() === "before");
  const heard = gone.messages.length;
  await runInDurableObject(room, (instance, ctx) => {
    const theirs = ctx.getWebSockets().filter((socket) => {
      return (socket.deserializeAttachment() as { person: Person }).person.userId === who.userId;
    });
    instance.revoke(who.userId, 2);
    const late = insertionFrame("frames that were on their way").slice().buffer as ArrayBuffer;
    for (const socket of theirs) instance.webSocketMessage(socket, late);
  });
  other.text.insert(0, "secret ");
  await until(async () => (await textOf(room)).startsWith("secret"));
  expect(await gone.closed).toBe(4403);
  expect(await textOf(room)).toBe("secret before");
  expect(gone.messages.slice(heard)).toEqual([]);
  leave(other);
});

test("sockets that hibernate are closed by a revocation as well, those of others stay", async () => {
  const room = newRoom();
  const who = person();
  const [first, second, other] = [
    await rawSocket(room, who),
    await rawSocket(room, who),
    await rawSocket(room, person()),
  ];
  await evict(room);
  await room.revoke(who.userId, 2);
  expect(await first.closed).toBe(4403);
  expect(await second.closed).toBe(4403);
  other.send(insertionFrame("still here"));
  await until(() => other.of("update").length > 0);
});

test("an upgrade that read an older membership does not slip in; a newer one does", async () => {
  const room = newRoom();
  const who = person({ epoch: 3 });
  await room.revoke(who.userId, 4);
  expect((await knock(room, who)).status).toBe(403);
  expect((await knock(room, { ...who, epoch: 4 })).status).toBe(403);
  await evictDurableObject(room);
  expect((await knock(room, who)).status).toBe(403);
  expect((await knock(room, { ...who, epoch: 5 })).status).toBe(101);
});

test("an upgrade that read the old role at the new epoch's eve gets the role that holds", async () => {
  const room = newRoom();
  const who = person({ epoch: 2 });
  await room.setAccess(who.userId, "viewer", 2);
  const socket = await rawSocket(room, who);
  socket.send(insertionFrame("no"));
  await until(() => socket.of("auth").length === 1);
});

test("signing out closes the sockets of that session for good and lets none of it in again", async () => {
  const room = newRoom();
  const who = person();
  const [here, elsewhere] = [
    await rawSocket(room, who),
    await rawSocket(room, { ...who, sessionId: "another device" }),
  ];
  await evict(room);
  await room.revokeSession(who.sessionId!);
  expect(await here.closed).toBe(4401);
  expect((await knock(room, who)).status).toBe(401);
  elsewhere.send(insertionFrame("the other device stays"));
  await until(() => elsewhere.of("update").length > 0);
});

test("a deleted document is gone for its sockets and its writers, until it is restored", async () => {
  const room = newRoom();
  const who = person();
  const socket = await rawSocket(room, who);
  socket.send(insertionFrame("content"));
  await until(() => socket.of("update").length > 0);
  await room.close();
  expect(await socket.closed).toBe(4404);
  expect((await knock(room, who)).status).toBe(404);
  expect(await room.writeText({ author: who.userId, text: "no" })).toMatchObject({
    refusal: "gone",
  });
  await room.reopen();
  expect(await textOf(room)).toBe("content");
  expect((await knock(room, who)).status).toBe(101);
});

test("nobody comes in without the route, whatever headers they send", async () => {
  const headers = { upgrade: "websocket" };
  expect((await newRoom().fetch("https://rimlight.test/", { headers })).status).toBe(403);
});

test("the client of a revoked person does not try again", async () => {
  const room = newRoom();
  const client = join(room);
  await synced(client);
  await room.revoke(client.who.userId, 2);
  await until(() => client.codes.includes(4403));
  await pause(300);
  expect(client.codes).toEqual([4403]);
  expect(client.provider.shouldConnect).toBe(false);
  leave(client);
});
