import { evictDurableObject } from "cloudflare:test";
import { env } from "cloudflare:workers";
import * as encoding from "lib0/encoding";
import { WebsocketProvider } from "y-websocket";
import * as Y from "yjs";
import { newId } from "../../lib/id";
import { admit, type Person } from "./admission";
import { type Message, readFrame, updateFrame } from "./protocol";

export type Stub = ReturnType<typeof newRoom>;

export const newRoom = () => env.DOCUMENT_ROOM.getByName(newId());

/** A stub does not outlive its object. */
export const again = (room: Stub): Stub => env.DOCUMENT_ROOM.getByName(room.name!);

let people = 0;
export function person(more: Partial<Person> = {}): Person {
  people += 1;
  const userId = `user-${people}`;
  const name = `Person ${people}`;
  return { userId, name, role: "collaborator", epoch: 1, sessionId: `s-${people}`, ...more };
}

export async function knock(room: Stub, who: Person, path = "/") {
  const headers = { upgrade: "websocket", "x-rimlight-person": "forged" };
  const request = admit(new Request(`https://rimlight.test${path}`, { headers }), who);
  const { status, webSocket, body } = await again(room).fetch(request);
  await body?.cancel();
  return { status, webSocket };
}

/** A socket that a test speaks through byte by byte. */
export async function rawSocket(room: Stub, who: Person, path = "/") {
  const { webSocket } = await knock(room, who, path);
  const socket = webSocket!;
  socket.binaryType = "arraybuffer";
  const messages: Message[] = [];
  const close = Promise.withResolvers<number>();
  socket.addEventListener("message", ({ data }) => {
    if (data instanceof ArrayBuffer) messages.push(...readFrame(new Uint8Array(data), 1e6)!);
  });
  socket.addEventListener("close", ({ code }) => close.resolve(code));
  socket.accept();
  return {
    socket,
    messages,
    closed: close.promise,
    /** Ignored, as a network would, once the socket is closed. */
    send(frame: Uint8Array | string) {
      if (socket.readyState === WebSocket.READY_STATE_OPEN) socket.send(frame);
    },
    of: <T extends Message["type"]>(type: T) =>
      messages.filter((message): message is Extract<Message, { type: T }> => message.type === type),
  };
}

/** The unmodified y-websocket client, over a socket to the room. */
export const join = (room: Stub, who: Person = person(), doc = new Y.Doc(), path = "/") => {
  return { who, ...joinBy(() => knock(room, who, path), doc) };
};

type Knocked = { status: number; webSocket: WebSocket | null };

/** The same, wherever the socket comes from. */
export function joinBy(open: () => Promise<Knocked>, doc = new Y.Doc()) {
  const codes: number[] = [];
  const provider = new WebsocketProvider("ws://rimlight.test", "document", doc, {
    WebSocketPolyfill: socketClass(open, codes) as never,
    disableBc: true,
  });
  return { doc, provider, text: doc.getText("content"), awareness: provider.awareness, codes };
}

export type Client = ReturnType<typeof joinBy>;

function socketClass(open: () => Promise<Knocked>, codes: number[]) {
  return class {
    static OPEN = 1;
    OPEN = 1;
    readyState = 0;
    binaryType = "arraybuffer";
    onopen?: () => void;
    onmessage?: (event: { data: ArrayBuffer }) => void;
    onclose?: (event: { code: number; reason: string }) => void;
    onerror?: (event: unknown) => void;
    #socket: WebSocket | undefined;

    constructor() {
      void this.#open();
    }
    async #open() {
      const answer = await open();
      const socket = answer.webSocket;
      if (!socket) return this.#end(1006, String(answer.status));
      this.#socket = socket;
      socket.binaryType = "arraybuffer";
      socket.addEventListener("message", ({ data }) => {
        this.onmessage?.({ data: data as ArrayBuffer });
      });
      socket.addEventListener("close", ({ code, reason }) => this.#end(code, reason));
      socket.addEventListener("error", () => this.#end(1006, "lost"));
      socket.accept();
      this.readyState = 1;
      this.onopen?.();
    }
    #end(code: number, reason: string) {
      if (this.readyState === 3) return;
      this.readyState = 3;
      codes.push(code);
      this.onclose?.({ code, reason });
    }
    send(frame: Uint8Array) {
      this.#socket?.send(frame);
    }
    close() {
      if (this.readyState === 1) this.#socket?.close(1000);
    }
  };
}

/** Takes the object from memory; its sockets hibernate. */
export async function evict(room: Stub): Promise<void> {
  await again(room).status();
  await evictDurableObject(again(room));
}

/** Waits until it holds. */
export async function until(what: () => unknown, within = 10_000): Promise<void> {
  for (const end = Date.now() + within; ; ) {
    if (await what()) return;
    if (Date.now() > end) throw new Error(`never: ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}

export const pause = (millis: number) => new Promise((resolve) => setTimeout(resolve, millis));

export const synced = (...clients: Client[]) =>
  until(() => clients.every((c) => c.provider.synced));

export async function textOf(room: Stub): Promise<string> {
  const read = await again(room).readText();
  if (!read.ok) throw new Error(read.refusal);
  return read.text;
}

/** All of them, a fresh client and the room itself hold the same text. */
export async function converged(room: Stub, clients: Client[]): Promise<string> {
  const fresh = join(room);
  await synced(fresh);
  await until(async () => {
    const text = await textOf(room);
    return [...clients, fresh].every((client) => client.text.toString() === text);
  });
  leave(fresh);
  return textOf(room);
}

export function leave(...clients: Client[]): void {
  for (const { provider, doc } of clients) {
    provider.destroy();
    doc.destroy();
  }
}

/** An update that types a text at the end of a document. */
export function insertion(text: string, doc = new Y.Doc()): Uint8Array {
  const updates: Uint8Array[] = [];
  const note = (update: Uint8Array) => updates.push(update);
  doc.on("update", note);
  const content = doc.getText("content");
  content.insert(content.length, text);
  doc.off("update", note);
  return updates[0]!;
}

export const insertionFrame = (text: string, doc?: Y.Doc) => updateFrame(insertion(text, doc));

export function bytes(...parts: (number | Uint8Array)[]): Uint8Array {
  const encoder = encoding.createEncoder();
  for (const part of parts) {
    if (typeof part === "number") encoding.writeVarUint(encoder, part);
    else encoding.writeUint8Array(encoder, part);
  }
  return encoding.toUint8Array(encoder);
}

/** Numbers that are the same in every run (mulberry32). */
export function seeded(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4_294_967_296;
  };
}
