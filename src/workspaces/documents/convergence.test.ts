import { abortAllDurableObjects } from "cloudflare:test";
import { expect, test } from "vitest";
import {
  type Client,
  converged,
  evict,
  insertionFrame,
  join,
  leave,
  newRoom,
  person,
  rawSocket,
  seeded,
  synced,
  textOf,
  until,
} from "./testClient";

/** One random insertion or deletion; insertions carry a mark that is there exactly once. */
function edit({ text, doc }: Client, mark: string, random: () => number): string | null {
  const at = Math.floor(random() * (text.length + 1));
  if (random() < 0.25 && text.length > 0) {
    const from = Math.min(at, text.length - 1);
    doc.transact(() => text.delete(from, 1));
    return null;
  }
  text.insert(at, mark);
  return mark;
}

test("five clients edit at random and everyone ends with the same text", async () => {
  const random = seeded(7);
  const room = newRoom();
  const clients = Array.from({ length: 5 }, () => join(room));
  await synced(...clients);
  for (let n = 0; n < 200; n++) {
    edit(clients[Math.floor(random() * 5)]!, `<${n}>`, random);
    if (n % 20 === 0) await new Promise((resolve) => setTimeout(resolve, 3));
  }
  const text = await converged(room, clients);
  expect(text.length).toBeGreaterThan(300);
  leave(...clients);
});

test("inserted marks are there exactly once, whatever is evicted between edits", async () => {
  const random = seeded(11);
  const room = newRoom();
  const clients = [join(room), join(room), join(room)];
  await synced(...clients);
  const marks: string[] = [];
  for (let n = 0; n < 30; n++) {
    const { text } = clients[n % 3]!;
    text.insert(Math.floor(random() * (text.length + 1)), `€`);
    marks.push("€");
    if (n % 5 === 4) await evict(room);
  }
  const text = await converged(room, clients);
  expect([...text].filter((c) => c === "€")).toHaveLength(marks.length);
  leave(...clients);
});

test("what was echoed is durable: it is there after the object dies right behind the echo", async () => {
  for (let n = 0; n < 5; n++) {
    const room = newRoom();
    const socket = await rawSocket(room, person());
    socket.send(insertionFrame(`kept ${n}`));
    await until(() => socket.of("update").length > 0);
    await abortAllDurableObjects();
    expect(await textOf(room)).toBe(`kept ${n}`);
  }
});

test("clients whose object died come back and lose nothing that they typed meanwhile", async () => {
  const room = newRoom();
  const clients = [join(room), join(room)];
  await synced(...clients);
  clients[0]!.text.insert(0, "before ");
  await until(() => clients[1]!.text.toString() === "before ");
  await abortAllDurableObjects();
  clients[1]!.text.insert(0, "meanwhile ");
  await until(() => clients.every(({ codes }) => codes.length > 0));
  await synced(...clients);
  expect(await converged(room, clients)).toBe("meanwhile before ");
  leave(...clients);
});

test("an update that brings nothing new is acknowledged to its sender alone, and logged once", async () => {
  const room = newRoom();
  const [sender, other] = [await rawSocket(room, person()), await rawSocket(room, person())];
  const frame = insertionFrame("once");
  sender.send(frame);
  await until(() => other.of("update").length === 1);
  sender.send(frame);
  await until(() => sender.of("update").length === 2);
  expect(sender.of("update")[1]!.update).toEqual(new Uint8Array([0, 0]));
  expect(other.of("update")).toHaveLength(1);
  expect(await room.history({ limit: 5 })).toHaveLength(1);
});
