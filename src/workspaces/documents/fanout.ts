import * as Y from "yjs";
import type { OpenDocument } from "./document";
import { vectorBefore } from "./pressure";
import { step2Frame, updateFrame } from "./protocol";
import { type Live, type Sockets, send } from "./sockets";

/** Sends an update to everyone who can take it. The others are paused. */
export function sendUpdate(sockets: Sockets, document: OpenDocument, update: Uint8Array): void {
  const frame = updateFrame(update);
  let before: Uint8Array | undefined;
  for (const live of sockets.all()) {
    if (live.knows) continue;
    const pressure = sockets.pressureOn(live);
    if (pressure === "none" || pressure === "skip presence") {
      send(live, frame);
      continue;
    }
    before ??= Y.encodeStateVector(
      vectorBefore(
        Y.decodeStateVector(Y.encodeStateVector(document.doc)),
        Y.parseUpdateMeta(update).from,
      ),
    );
    sockets.pause(live, before);
  }
}

/** Everything that is missing in a state vector; at once, or when the reader has caught up. */
export function sendDifference(
  sockets: Sockets,
  document: OpenDocument,
  live: Live,
  knows: Uint8Array,
): void {
  const pressure = sockets.pressureOn(live);
  if (pressure === "pause" || pressure === "drop") {
    sockets.pause(live, knows);
    return;
  }
  send(live, step2Frame(Y.encodeStateAsUpdate(document.doc, knows)));
  if (live.knows) {
    live.knows = null;
    sockets.save(live);
  }
}
