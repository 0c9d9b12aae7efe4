import * as decoding from "lib0/decoding";
import * as encoding from "lib0/encoding";

/** One message of the sync and awareness protocols, as `y-websocket` writes them. */
export type Message =
  | { type: "step1"; stateVector: Uint8Array }
  /** Sync step 2 and update: both carry a Yjs update, which is not decoded here. */
  | { type: "update"; update: Uint8Array }
  | { type: "awareness"; update: Uint8Array }
  | { type: "query" }
  | { type: "auth" };

const sync = 0;
const awareness = 1;
const auth = 2;
const queryAwareness = 3;

/** Every message of a frame, or null if any byte of it is not of the protocol. */
export function readFrame(frame: Uint8Array, mostMessages: number): Message[] | null {
  const decoder = decoding.createDecoder(frame);
  const messages: Message[] = [];
  try {
    while (decoding.hasContent(decoder)) {
      if (messages.length === mostMessages) return null;
      const message = readMessage(decoder);
      if (!message) return null;
      messages.push(message);
    }
  } catch {
    return null;
  }
  return messages;
}

function readMessage(decoder: decoding.Decoder): Message | null {
  switch (decoding.readVarUint(decoder)) {
    case sync:
      return readSync(decoder);
    case awareness:
      return { type: "awareness", update: decoding.readVarUint8Array(decoder) };
    case auth:
      if (decoding.readVarUint(decoder) !== 0) return null;
      decoding.readVarUint8Array(decoder);
      return { type: "auth" };
    case queryAwareness:
      return { type: "query" };
    default:
      return null;
  }
}

function readSync(decoder: decoding.Decoder): Message | null {
  const kind = decoding.readVarUint(decoder);
  if (kind > 2) return null;
  const bytes = decoding.readVarUint8Array(decoder);
  return kind === 0 ? { type: "step1", stateVector: bytes } : { type: "update", update: bytes };
}

export const step1Frame = (stateVector: Uint8Array) => frame([sync, 0], stateVector);
export const step2Frame = (update: Uint8Array) => frame([sync, 1], update);
export const updateFrame = (update: Uint8Array) => frame([sync, 2], update);
export const awarenessFrame = (update: Uint8Array) => frame([awareness], update);
export const queryFrame = new Uint8Array([queryAwareness]);
export const deniedFrame = (reason: string) =>
  frame([auth, 0], new TextEncoder().encode(reason.toWellFormed()));

/** An update without content: tells a sender that nothing it sent was new, and all of it durable. */
export const nothingNewFrame = updateFrame(new Uint8Array([0, 0]));

function frame(types: number[], body: Uint8Array): Uint8Array {
  const encoder = encoding.createEncoder();
  for (const type of types) encoding.writeVarUint(encoder, type);
  encoding.writeVarUint8Array(encoder, body);
  return encoding.toUint8Array(encoder);
}
