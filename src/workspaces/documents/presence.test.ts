import { evictDurableObject } from "cloudflare:test";
import { expect, test } from "vitest";
import { type Presence, readAwareness, writeAwareness } from "./awareness";
import { awarenessFrame, queryFrame } from "./protocol";
import { evict, join, leave, newRoom, pause, person, rawSocket, synced, until } from "./testClient";

type Raw = Awaited<ReturnType<typeof rawSocket>>;

const show = (id: number, clock: number, state: unknown) =>
  awarenessFrame(writeAwareness([{ id, clock, json: JSON.stringify(state) }]));

const heard = (socket: Raw): Presence[] =>
  socket.of("awareness").flatMap(({ update }) => readAwareness(update)!);

/** What a client that keeps the newest state of each id now shows. */
function shown(socket: Raw): Map<number, { user: Record<string, unknown> }> {
  const states = new Map<number, { clock: number; json: string }>();
  for (const entry of heard(socket)) {
    if (entry.clock > (states.get(entry.id)?.clock ?? -1)) states.set(entry.id, entry);
  }
  const present = [...states].filter(([, { json }]) => json !== "null");
  return new Map(present.map(([id, { json }]) => [id, JSON.parse(json)]));
}

test("everyone sees everyone's cursor with the name and role that the server knows", async () => {
  const room = newRoom();
  const [a, b] = [join(room), join(room, person({ role: "viewer", name: "Vera" }))];
  await synced(a, b);
  a.awareness.setLocalState({ user: { name: "Somebody else", color: "red" }, cursor: 3 });
  b.awareness.setLocalStateField("cursor", 7);
  await until(() => a.awareness.getStates().get(b.doc.clientID)?.cursor === 7);
  await until(() => b.awareness.getStates().get(a.doc.clientID)?.cursor === 3);
  const user = (of: typeof a, id: number) => of.awareness.getStates().get(id)?.user;
  expect(user(b, a.doc.clientID)).toEqual({
    ...{ id: a.who.userId, name: a.who.name, role: "collaborator", color: "red" },
  });
  expect(user(a, b.doc.clientID)).toMatchObject({ name: "Vera", role: "viewer" });
  leave(a, b);
});

test("a sender hears its own state at its own clock, so that it knows the line is alive", async () => {
  const room = newRoom();
  const socket = await rawSocket(room, person());
  socket.send(show(77, 3, { cursor: 1 }));
  await until(() => heard(socket).length > 0);
  expect(heard(socket)[0]).toMatchObject({ id: 77, clock: 3 });
});

test("an id belongs to the first socket that claims it; another cannot move or remove it", async () => {
  const room = newRoom();
  const [owner, thief, watcher] = [
    await rawSocket(room, person()),
    await rawSocket(room, person()),
    await rawSocket(room, person()),
  ];
  owner.send(show(5, 1, { cursor: 1 }));
  await until(() => shown(watcher).has(5));
  thief.send(show(5, 100, { cursor: 99 }));
  thief.send(show(5, 101, null));
  await until(() => thief.of("awareness").length >= 3);
  await evictDurableObject(room);
  thief.send(show(5, 200, { cursor: 99 }));
  await pause(120);
  expect(shown(watcher).get(5)).toMatchObject({ cursor: 1 });
});

test("a cursor disappears with its socket, also while the room sleeps", async () => {
  const room = newRoom();
  const [stays, goes] = [await rawSocket(room, person()), await rawSocket(room, person())];
  goes.send(show(9, 1, { cursor: 1 }));
  await until(() => shown(stays).has(9));
  await evict(room);
  goes.socket.close(1000);
  await until(() => !shown(stays).has(9), 1_000);
});

test("after sleeping the room asks everyone where they are, and a newcomer learns it", async () => {
  const room = newRoom();
  const a = join(room);
  await synced(a);
  a.awareness.setLocalStateField("cursor", 4);
  await pause(60);
  await evict(room);
  const late = join(room);
  await until(() => late.awareness.getStates().get(a.doc.clientID)?.cursor === 4, 1_000);
  leave(a, late);
});

test("what a client only passes on is not taken for its own, even when the owner is gone", async () => {
  const room = newRoom();
  const [owner, relay, watcher] = [
    await rawSocket(room, person()),
    await rawSocket(room, person()),
    await rawSocket(room, person()),
  ];
  owner.send(show(5, 1, { cursor: 1 }));
  await until(() => shown(relay).has(5));
  const passedOn = heard(relay).find(({ id }) => id === 5)!;
  owner.socket.close(1000);
  await until(() => !shown(watcher).has(5));
  relay.send(awarenessFrame(writeAwareness([passedOn])));
  await pause(120);
  expect(shown(watcher).has(5)).toBe(false);
});

test("a client that comes back is seen at once by those who saw it leave, and sees them", async () => {
  const room = newRoom();
  const [stays, returns] = [join(room), join(room)];
  await synced(stays, returns);
  const sees = (who: typeof stays, whom: typeof stays) =>
    who.awareness.getStates().has(whom.doc.clientID);
  await until(() => sees(stays, returns) && sees(returns, stays));
  returns.provider.disconnect();
  await until(() => !sees(stays, returns));
  returns.provider.connect();
  await until(() => sees(stays, returns) && sees(returns, stays), 1_000);
  leave(stays, returns);
});

test("a second socket of the same session takes over its cursor, as after a lost connection", async () => {
  const room = newRoom();
  const who = person();
  const [lost, watcher] = [await rawSocket(room, who), await rawSocket(room, person())];
  lost.send(show(5, 1, { cursor: 1 }));
  await until(() => shown(watcher).has(5));
  const back = await rawSocket(room, who);
  back.send(show(5, 1, { cursor: 2 }));
  await until(() => (shown(watcher).get(5) as { cursor?: number }).cursor === 2);
  lost.socket.close(1000);
  await pause(120);
  expect(shown(watcher).has(5)).toBe(true);
});

test("a question for awareness is answered, and a new role is shown at once", async () => {
  const room = newRoom();
  const who = person({ role: "viewer" });
  const [one, other] = [await rawSocket(room, who), await rawSocket(room, person())];
  one.send(show(5, 1, { cursor: 1 }));
  await until(() => shown(other).has(5));
  await room.setAccess(who.userId, "collaborator", 2);
  await until(() => shown(other).get(5)?.user.role === "collaborator");
  const before = heard(other).length;
  other.send(queryFrame);
  await until(() => heard(other).length > before);
  expect(shown(other).get(5)?.user.id).toBe(who.userId);
});

test("a hundred moves of ten people are told in few frames, and the last one stands", async () => {
  const room = newRoom();
  const sockets = await Promise.all(Array.from({ length: 10 }, () => rawSocket(room, person())));
  const watcher = await rawSocket(room, person());
  for (let move = 1; move <= 10; move++) {
    for (const [n, socket] of sockets.entries()) socket.send(show(n, move, { cursor: move }));
  }
  const last = () => [...shown(watcher).values()] as { cursor?: number }[];
  await until(() => last().length === 10 && last().every(({ cursor }) => cursor === 10));
  expect(watcher.of("awareness").length).toBeLessThan(20);
});
