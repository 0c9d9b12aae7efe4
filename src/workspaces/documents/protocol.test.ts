import fc from "fast-check";
import * as encoding from "lib0/encoding";
import { expect, test } from "vitest";
import * as awarenessProtocol from "y-protocols/awareness";
import * as syncProtocol from "y-protocols/sync";
import * as Y from "yjs";
import { readAwareness, stampState, writeAwareness } from "./awareness";
import * as protocol from "./protocol";
import { inspectUpdate } from "./updates";

const written = (type: number, write: (encoder: encoding.Encoder) => void) => {
  const encoder = encoding.createEncoder();
  encoding.writeVarUint(encoder, type);
  write(encoder);
  return encoding.toUint8Array(encoder);
};
const doc = new Y.Doc();
doc.getText("content").insert(0, "abc");

test("frames are byte for byte those of y-protocols", () => {
  const update = Y.encodeStateAsUpdate(doc);
  expect(protocol.step1Frame(Y.encodeStateVector(doc))).toEqual(
    written(0, (encoder) => syncProtocol.writeSyncStep1(encoder, doc)),
  );
  expect(protocol.step2Frame(update)).toEqual(
    written(0, (encoder) => syncProtocol.writeSyncStep2(encoder, doc)),
  );
  expect(protocol.updateFrame(update)).toEqual(
    written(0, (encoder) => syncProtocol.writeUpdate(encoder, update)),
  );
  const awareness = new awarenessProtocol.Awareness(doc);
  const states = awarenessProtocol.encodeAwarenessUpdate(awareness, [doc.clientID]);
  expect(writeAwareness(readAwareness(states)!)).toEqual(states);
  awareness.destroy();
});

test("several messages in one frame are read in their order, as views and not decoded", () => {
  const garbage = new Uint8Array([255, 255, 255]);
  const frames = [protocol.queryFrame, protocol.updateFrame(garbage), protocol.step1Frame(garbage)];
  const frame = new Uint8Array(frames.flatMap((bytes) => [...bytes]));
  expect(protocol.readFrame(frame, 10)).toEqual([
    { type: "query" },
    { type: "update", update: garbage },
    { type: "step1", stateVector: garbage },
  ]);
  expect(protocol.readFrame(frame, 2)).toBeNull();
  expect(protocol.readFrame(frame.slice(0, -1), 10)).toBeNull();
});

test("no bytes at all make the readers throw", () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => {
      protocol.readFrame(bytes, 100);
      readAwareness(bytes);
      inspectUpdate(bytes);
    }),
    { numRuns: 3_000 },
  );
});

test("an update of no length, of no end or of a clock beyond 32 bits is none", () => {
  const update = (...numbers: number[]) =>
    written(1, (encoder) => {
      for (const number of numbers) encoding.writeVarUint(encoder, number);
    });
  expect(inspectUpdate(Y.encodeStateAsUpdate(doc))).toMatchObject({ structs: 1 });
  expect(inspectUpdate(update(1, 7, 0, 0, 5, 0))).toMatchObject({ structs: 1 });
  expect(inspectUpdate(update(1, 7, 0, 0, 0, 0))).toBeNull();
  expect(inspectUpdate(update(1, 7, 2 ** 32, 0, 5, 0))).toBeNull();
  expect(inspectUpdate(update(30_000_000, 7, 0))).toBeNull();
});

test("a state is stamped whatever it says of itself; what is no object is no state", () => {
  const who = { userId: "u", name: "Ann", role: "viewer" as const, epoch: 1, sessionId: null };
  const stamped = stampState('{"user":{"id":"x","role":"owner","color":"red"},"cursor":1}', who);
  expect(JSON.parse(stamped!)).toEqual({
    ...{ user: { id: "u", name: "Ann", role: "viewer", color: "red" }, cursor: 1 },
  });
  expect(JSON.parse(stampState('{"user":"root"}', who)!).user).toMatchObject({ id: "u" });
  for (const json of ["null", "1", '"text"', "[]", "{", ""])
    expect(stampState(json, who)).toBeNull();
});
