import { expect, test } from "vitest";
import * as Y from "yjs";
import { step1Frame, step2Frame } from "./protocol";
import {
  converged,
  evict,
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

/** A room whose text was typed and deleted many times over, and a client that was there. */
async function oldRoom() {
  const room = newRoom();
  const client = join(room);
  await synced(client);
  for (let n = 0; n < 50; n++) {
    client.text.insert(0, `attempt ${n} `);
    client.text.delete(0, client.text.length);
  }
  client.text.insert(0, "what is left");
  await until(async () => (await textOf(room)) === "what is left");
  return { room, client };
}

test("a new generation keeps the text, drops the weight, and closes everyone with 4409", async () => {
  const { room, client } = await oldRoom();
  const before = await room.readState();
  expect(await room.renewGeneration("owner")).toEqual({ ok: true, generation: 2 });
  await until(() => client.codes.includes(4409));
  await evict(room);
  const after = await room.readState();
  if (!before.ok || !after.ok) throw new Error("unavailable");
  expect(after.generation).toBe(2);
  expect(after.state.length).toBeLessThan(before.state.length);
  expect(await textOf(room)).toBe("what is left");
  expect((await room.history({ limit: 1 }))[0]).toMatchObject({
    kind: "generation",
    author: "owner",
  });
  expect(await room.verifyHistory()).toMatchObject({ intact: true });
  leave(client);
});

test("a client that slept through it is known by what it holds, and doubles nothing", async () => {
  const { room, client } = await oldRoom();
  client.provider.disconnect();
  await room.renewGeneration("owner");
  client.text.insert(0, "offline ");
  client.provider.connect();
  await until(() => client.codes.includes(4409));
  const [teller, pusher] = [await rawSocket(room, person()), await rawSocket(room, person())];
  teller.send(step1Frame(Y.encodeStateVector(client.doc)));
  expect(await teller.closed).toBe(4409);
  pusher.send(step2Frame(Y.encodeStateAsUpdate(client.doc)));
  expect(await pusher.closed).toBe(4409);
  expect(await textOf(room)).toBe("what is left");
  leave(client);
});

test("whoever says another generation in the address is told so; the right one comes in", async () => {
  const { room, client } = await oldRoom();
  await room.renewGeneration("owner");
  const wrong = await rawSocket(room, person(), "/?generation=1");
  expect(await wrong.closed).toBe(4409);
  const right = await rawSocket(room, person(), "/?generation=2");
  right.send(insertionFrame("!"));
  await until(async () => (await textOf(room)).includes("!"));
  leave(client);
});

test("the new generation is a document like any other", async () => {
  const { room, client } = await oldRoom();
  await room.renewGeneration("owner");
  const [a, b] = [join(room), join(room)];
  await synced(a, b);
  a.text.insert(0, "A");
  b.text.insert(b.text.length, "B");
  expect(await converged(room, [a, b])).toBe("Awhat is leftB");
  const versions = await room.listVersions({ limit: 5 });
  expect(await room.readVersion(versions[0]!.version)).toMatchObject({ text: "what is left" });
  await pause(0);
  leave(client, a, b);
});
