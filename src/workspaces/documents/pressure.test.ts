import { runInDurableObject } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { afterEach, expect, test } from "vitest";
import * as Y from "yjs";
import { writeAwareness } from "./awareness";
import { limitsOf } from "./limits";
import { pressureOf, vectorBefore } from "./pressure";
import { awarenessFrame, step1Frame } from "./protocol";
import {
  evict,
  insertion,
  insertionFrame,
  newRoom,
  pause,
  person,
  rawSocket,
  type Stub,
  until,
} from "./testClient";

const variables = env as { DOCUMENT_LIMITS?: string };
afterEach(() => {
  delete variables.DOCUMENT_LIMITS;
});

/** Makes the runtime say that so many bytes of the newest socket wait for a slow reader. */
const holdBack = (room: Stub, backlog: () => number | undefined) =>
  runInDurableObject(room, (_, ctx) => {
    const slow = ctx
      .getWebSockets()
      .find(
        (socket) =>
          (socket.deserializeAttachment() as { person: { name: string } }).person.name === "Slow",
      );
    Object.defineProperty(slow!, "bufferedAmount", { get: backlog, configurable: true });
  });

async function slowReader() {
  const room = newRoom();
  const writer = await rawSocket(room, person());
  const slow = await rawSocket(room, person({ name: "Slow", role: "viewer" }));
  const doc = new Y.Doc();
  const copy = new Y.Doc();
  const type = async (text: string) => {
    const heard = writer.of("update").length;
    writer.send(insertionFrame(text, doc));
    await until(() => writer.of("update").length > heard);
  };
  const read = () => {
    for (const { update } of slow.of("update")) Y.applyUpdate(copy, update);
    return copy.getText("content").toJSON();
  };
  return { room, writer, slow, doc, type, read };
}

test("a reader that is far behind gets nothing for a while, and then one difference", async () => {
  const { room, slow, type, read } = await slowReader();
  await type("before ");
  await until(() => read() === "before ");
  let backlog = 2_000_000;
  await holdBack(room, () => backlog);
  for (let n = 0; n < 10; n++) await type(`${n} `);
  await pause(150);
  expect(slow.of("update")).toHaveLength(1);
  backlog = 0;
  await until(() => read() === "before 0 1 2 3 4 5 6 7 8 9 ");
  expect(slow.of("update")).toHaveLength(2);
  await type("after");
  await until(() => read().endsWith("after"));
});

test("presence is left out first, and told when the reader has caught up", async () => {
  const { room, writer, slow, type } = await slowReader();
  let backlog = 300_000;
  await holdBack(room, () => backlog);
  writer.send(awarenessFrame(writeAwareness([{ id: 4, clock: 1, json: '{"cursor":1}' }])));
  await type("text still comes");
  await pause(150);
  expect(slow.of("awareness")).toEqual([]);
  expect(slow.of("update").length).toBeGreaterThan(0);
  backlog = 0;
  await until(() => slow.of("awareness").length === 1);
});

test("a reader that does not read for a minute is sent away to come back", async () => {
  variables.DOCUMENT_LIMITS = JSON.stringify({ stalledMillis: 100, resumeMillis: 20 });
  const { room, slow, type } = await slowReader();
  await holdBack(room, () => 2_000_000);
  await type("unread");
  expect(await slow.closed).toBe(1013);
});

test("a paused reader whose room lost its memory is sent away to come back", async () => {
  const { room, writer, slow } = await slowReader();
  await runInDurableObject(room, (_, ctx) => {
    for (const socket of ctx.getWebSockets()) {
      const attachment = socket.deserializeAttachment() as { person: { name: string } };
      if (attachment.person.name === "Slow")
        socket.serializeAttachment({ ...attachment, paused: true });
    }
  });
  await evict(room);
  writer.send(insertionFrame("wakes the room"));
  expect(await slow.closed).toBe(1012);
});

test("who asks for the document while its answers pile up is answered when they are gone", async () => {
  const { room, slow, type, read } = await slowReader();
  let backlog = 2_000_000;
  await holdBack(room, () => backlog);
  await type("content");
  for (let n = 0; n < 5; n++) slow.send(step1Frame(new Uint8Array([0])));
  await pause(150);
  expect(slow.of("update")).toEqual([]);
  backlog = 0;
  await until(() => read() === "content");
  expect(slow.of("update")).toHaveLength(1);
});

test("where the runtime does not count, one who is silent is sent away in time, one who speaks is not", async () => {
  variables.DOCUMENT_LIMITS = JSON.stringify({
    documentBytes: 1_500,
    dropBytes: 500,
    resumeMillis: 20,
  });
  const { room, slow, writer, type } = await slowReader();
  await holdBack(room, () => undefined);
  for (let n = 0; n < 12; n++) await type("x".repeat(90));
  slow.send(step1Frame(new Uint8Array([0])));
  for (let n = 0; n < 2; n++) await type("z");
  expect(slow.socket.readyState).toBe(WebSocket.READY_STATE_OPEN);
  for (let n = 0; n < 60; n++) await type("y");
  expect(await slow.closed).toBe(1013);
  expect(writer.socket.readyState).toBe(WebSocket.READY_STATE_OPEN);
});

test("thresholds: presence at 256 KB, updates at 1 MB, the socket at 8 MB beyond a whole document", () => {
  const limits = limitsOf(undefined);
  const at = (backlog: number, stalledFor = 0) => pressureOf(backlog, stalledFor, limits);
  expect([at(0), at(262_144), at(262_145), at(1_048_576)]).toEqual([
    ...["none", "none", "skip presence", "skip presence"],
  ]);
  expect([at(1_048_577), at(8_400_000), at(17_000_000)]).toEqual(["pause", "pause", "drop"]);
  expect([at(1_000, 1e9), at(2_000_000, 59_999), at(2_000_000, 60_001)]).toEqual([
    ...["none", "pause", "drop"],
  ]);
});

test("the state before an update is found from the update: the difference to it is the update", () => {
  const doc = new Y.Doc();
  insertion("some text that was there", doc);
  const before = Y.encodeStateVector(doc);
  const other = new Y.Doc();
  Y.applyUpdate(other, Y.encodeStateAsUpdate(doc));
  const update = Y.mergeUpdates([insertion("mine", doc), insertion("theirs", other)]);
  Y.applyUpdate(doc, update);
  const after = Y.decodeStateVector(Y.encodeStateVector(doc));
  const found = vectorBefore(after, Y.parseUpdateMeta(update).from);
  expect(found).toEqual(Y.decodeStateVector(before));
});
