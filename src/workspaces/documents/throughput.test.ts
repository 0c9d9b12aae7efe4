import { env } from "cloudflare:workers";
import { afterAll, beforeAll, expect, test } from "vitest";
import * as Y from "yjs";
import { insertionFrame, newRoom, person, rawSocket, textOf, until } from "./testClient";

const limits = env as { DOCUMENT_LIMITS?: string };
beforeAll(() => {
  limits.DOCUMENT_LIMITS = JSON.stringify({ framesPerSecond: 1e6, frameBurst: 1e6 });
});
afterAll(() => {
  delete limits.DOCUMENT_LIMITS;
});

test("two saturating writers among ten sockets: every update is acknowledged and broadcast", async () => {
  const room = newRoom();
  const sockets = await Promise.all(Array.from({ length: 10 }, () => rawSocket(room, person())));
  const each = 1_000;
  const writers = sockets.slice(0, 2).map((socket) => {
    const doc = new Y.Doc();
    return { socket, frames: Array.from({ length: each }, () => insertionFrame("x", doc)) };
  });
  const start = performance.now();
  await Promise.all(
    writers.map(async ({ socket, frames }) => {
      for (const [n, frame] of frames.entries()) {
        socket.send(frame);
        if (n % 100 === 99) await new Promise((resolve) => setTimeout(resolve, 0));
      }
    }),
  );
  const copies = sockets.slice(0, 3).map((socket) => ({ socket, doc: new Y.Doc(), read: 0 }));
  await until(() => {
    for (const copy of copies) {
      const updates = copy.socket.of("update");
      for (const { update } of updates.slice(copy.read)) Y.applyUpdate(copy.doc, update);
      copy.read = updates.length;
    }
    return copies.every(({ doc }) => doc.getText("content").length === 2 * each);
  }, 50_000);
  const perSecond = Math.round((2_000 * each) / (performance.now() - start));
  const entries = (await room.history({ limit: 10_000 })).length;
  console.log(`${perSecond} durable updates a second in ${entries} log rows`);
  expect(entries).toBeLessThan(each);
  expect(await textOf(room)).toHaveLength(2 * each);
}, 60_000);
