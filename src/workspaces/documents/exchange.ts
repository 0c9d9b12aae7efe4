import * as Y from "yjs";
import { mayEdit } from "./admission";
import type { Closing } from "./closing";
import type { OpenDocument } from "./document";
import { sendDifference } from "./fanout";
import type { Limits } from "./limits";
import type { PresenceBook } from "./presence";
import { deniedFrame, type Message, readFrame, step1Frame } from "./protocol";
import { costOf, spend } from "./rate";
import { type Live, type Sockets, send } from "./sockets";
import { clientsOf } from "./updates";

/** What the exchange with one socket needs of its room. */
export type Room = {
  limits: Limits;
  sockets: Sockets;
  presence: PresenceBook;
  document: OpenDocument;
  /** Called before an update is applied. */
  beforeEdit(): void;
  /** Writes and tells everyone what was applied. */
  commit(): void;
  /** Owes this sender an answer when everything it sent is durable. */
  owe(live: Live): void;
};

/** How often in a row a sender is asked for what its updates depend on. */
const mostAsks = 5;

/** A newcomer learns who is here, and an editor is asked for what only it has. */
export function greet({ presence, document }: Room, live: Live): void {
  if (mayEdit(live.person.role)) askFor(document, live);
  presence.greet(live);
}

export const askFor = (document: OpenDocument, live: Live) =>
  send(live, step1Frame(Y.encodeStateVector(document.doc)));

/** Does what a frame says; or says why the socket must close. */
export function receive(room: Room, live: Live, data: ArrayBuffer | string): Closing | null {
  const { limits } = room;
  if (typeof data === "string") return "malformed";
  if (data.byteLength > limits.frameBytes) return "tooLarge";
  const messages = readFrame(new Uint8Array(data), limits.messagesPerFrame);
  if (!messages) return "malformed";
  const cost = costOf(messages, data.byteLength);
  if (!spend(live.allowance, cost, Date.now(), limits)) return "busy";

  const answered = new Set<Message["type"]>();
  for (const message of messages) {
    const first = !answered.has(message.type);
    answered.add(message.type);
    const why = answer(room, live, message, first);
    if (why) return why;
  }
  return null;
}

/** Questions are answered once a frame, however often it asks. */
function answer(room: Room, live: Live, message: Message, first: boolean): Closing | null {
  switch (message.type) {
    case "step1":
      return first ? answerStep1(room, live, message.stateVector) : null;
    case "update":
      if (mayEdit(live.person.role)) return takeUpdate(room, live, message.update);
      if (first) send(live, deniedFrame("you may read this document, not edit it"));
      return null;
    case "awareness":
      return room.presence.receive(live, message.update) ? null : "malformed";
    case "query":
      if (first) room.presence.tellAll(live);
      return null;
    case "auth":
      return null;
  }
}

function answerStep1(room: Room, live: Live, stateVector: Uint8Array): Closing | null {
  const { document, sockets } = room;
  const clients = clientsOf(stateVector);
  if (!clients) return "malformed";
  if (clients.some(document.isRetired)) return "otherGeneration";
  room.commit();
  sendDifference(sockets, document, live, stateVector);
  return null;
}

function takeUpdate(room: Room, live: Live, update: Uint8Array): Closing | null {
  const { document } = room;
  room.beforeEdit();
  const applied = document.apply(live.person.userId, update);
  switch (applied) {
    case "malformed":
      return "malformed";
    case "too large":
      return "tooLarge";
    case "retired":
      return "otherGeneration";
    case "incomplete":
      live.asks += 1;
      if (live.asks > mostAsks) return null;
      room.commit();
      askFor(document, live);
      return null;
    default:
      live.asks = 0;
      room.owe(live);
      return null;
  }
}
