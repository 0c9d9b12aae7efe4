import { runInDurableObject } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { afterAll, beforeAll, expect, test } from "vitest";
import * as Y from "yjs";
import { writeAwareness } from "./awareness";
import {
  awarenessFrame,
  deniedFrame,
  queryFrame,
  step1Frame,
  step2Frame,
  updateFrame,
} from "./protocol";
import {
  evict,
  insertion,
  join,
  leave,
  newRoom,
  pause,
  person,
  rawSocket,
  type Stub,
  seeded,
  synced,
  textOf,
  until,
} from "./testClient";

const variables = env as { DOCUMENT_LIMITS?: string };
beforeAll(() => {
  variables.DOCUMENT_LIMITS = JSON.stringify({ framesPerSecond: 1e6, frameBurst: 1e6 });
});
afterAll(() => {
  delete variables.DOCUMENT_LIMITS;
});

/** Frames as an honest client would send them, in their order. */
function honestFrames(random: () => number): Uint8Array[] {
  const doc = new Y.Doc();
  doc.clientID = 1 + Math.floor(random() * 2 ** 31);
  const updates: Uint8Array[] = [];
  doc.on("update", (update: Uint8Array) => updates.push(update));
  const text = doc.getText("content");
  for (let n = 0; n < 12; n++) {
    const at = Math.floor(random() * (text.length + 1));
    if (random() < 0.3 && text.length > 2) text.delete(0, 2);
    else text.insert(at, `w${n} `, random() < 0.1 ? { bold: true } : {});
  }
  doc.getMap("other").set("key", { nested: [1, "two", null] });
  const state = { id: doc.clientID, clock: 1, json: '{"cursor":1}' };
  return [
    step1Frame(Y.encodeStateVector(doc)),
    ...updates.map(updateFrame),
    step2Frame(Y.encodeStateAsUpdate(doc)),
    awarenessFrame(writeAwareness([state])),
    queryFrame,
    deniedFrame("no"),
  ];
}

/** The same frames mutated, truncated, oversized, doubled, swapped, joined, or left alone. */
function hostile(frames: Uint8Array[], random: () => number): Uint8Array[] {
  const pick = <T>(list: readonly T[]) => list[Math.floor(random() * list.length)]!;
  const mutate = (frame: Uint8Array) => {
    const copy = frame.slice();
    for (let n = 0; n < 1 + random() * 3; n++) {
      copy[Math.floor(random() * copy.length)] = Math.floor(random() * 256);
    }
    return copy;
  };
  return Array.from({ length: 15 }, () => {
    const frame = pick(frames);
    switch (Math.floor(random() * 7)) {
      case 0:
      case 1:
        return mutate(frame);
      case 2:
        return frame.slice(0, Math.floor(random() * frame.length));
      case 3:
        return new Uint8Array([...frame, ...pick(frames)]);
      case 4:
        return new Uint8Array([...mutate(frame), ...new Uint8Array(Math.floor(random() * 50))]);
      case 5:
        return Uint8Array.from({ length: Math.floor(random() * 40) }, () => random() * 256);
      default:
        return frame;
    }
  });
}

async function assault(room: Stub, role: "viewer" | "collaborator", seed: number) {
  const random = seeded(seed);
  for (let round = 0; round < 40; round++) {
    const socket = await rawSocket(room, person({ role }));
    for (const frame of hostile(honestFrames(random), random)) socket.send(frame);
    if (random() < 0.02) socket.send(new Uint8Array(1_100_000));
    await room.status();
    socket.socket.close(1000);
  }
}

const logOf = (room: Stub) =>
  runInDurableObject(room, (_, { storage: { sql } }) =>
    ["room", "snapshot", "updates", "history", "versions", "access"].map((table) =>
      sql.exec(`SELECT * FROM ${table}`).toArray(),
    ),
  );

test("no frame that a viewer can send changes a byte of what is stored", async () => {
  const room = newRoom();
  const writer = await rawSocket(room, person());
  writer.send(updateFrame(insertion("what was there")));
  await until(() => writer.of("update").length > 0);
  const before = await logOf(room);
  for (const seed of [1, 2, 3]) await assault(room, "viewer", seed);
  expect(await logOf(room)).toEqual(before);
  expect(await textOf(room)).toBe("what was there");
});

test("whatever editors send, the room lives, and what it holds is whole, proven and the same after loading", async () => {
  const room = newRoom();
  const bystander = join(room);
  await synced(bystander);
  bystander.text.insert(0, "BYSTANDER");
  for (const seed of [4, 5, 6]) await assault(room, "collaborator", seed);
  const before = await room.readState();
  await evict(room);
  const after = await room.readState();
  if (!before.ok || !after.ok) throw new Error("unavailable");
  const [live, loaded] = [new Y.Doc(), new Y.Doc()];
  Y.applyUpdate(live, before.state);
  Y.applyUpdate(loaded, after.state);
  expect(loaded.store.pendingStructs).toBeNull();
  expect(loaded.store.pendingDs).toBeNull();
  expect(Y.encodeStateVector(loaded)).toEqual(Y.encodeStateVector(live));
  expect(loaded.getText("content").toJSON()).toBe(live.getText("content").toJSON());
  expect(await room.verifyHistory()).toMatchObject({ intact: true });
  expect(bystander.codes).toEqual([]);
  bystander.text.insert(0, "still writing ");
  await until(async () => (await textOf(room)).startsWith("still writing "));
  await until(async () => (await textOf(room)) === bystander.text.toString());
  leave(bystander);
});

test("updates that arrive in any order are asked for again and end as one document", async () => {
  const random = seeded(9);
  const room = newRoom();
  const doc = new Y.Doc();
  const updates = Array.from({ length: 30 }, (_, n) => insertion(`${n} `, doc));
  const socket = await rawSocket(room, person());
  for (const update of updates.toSorted(() => random() - 0.5)) socket.send(updateFrame(update));
  await until(() => socket.of("step1").length > 1);
  const { stateVector } = socket.of("step1").at(-1)!;
  socket.send(step2Frame(Y.encodeStateAsUpdate(doc, stateVector)));
  await until(async () => (await textOf(room)) === doc.getText("content").toJSON());
});

test("what waits for something unknown is not acknowledged, not kept, and never reaches others", async () => {
  const room = newRoom();
  const doc = new Y.Doc();
  insertion("never sent", doc);
  const [sender, other] = [await rawSocket(room, person()), await rawSocket(room, person())];
  sender.send(updateFrame(insertion("depends on it", doc)));
  await until(() => sender.of("step1").length === 2);
  other.send(step1Frame(new Uint8Array([0])));
  await until(() => other.of("update").length === 1);
  const copy = new Y.Doc();
  Y.applyUpdate(copy, other.of("update")[0]!.update);
  expect(copy.store.pendingStructs).toBeNull();
  expect(sender.of("update")).toEqual([]);
  for (let n = 0; n < 20; n++) sender.send(updateFrame(insertion("again", doc)));
  await pause(100);
  expect(sender.of("step1").length).toBeLessThan(8);
  expect(await room.history({ limit: 5 })).toEqual([]);
});
