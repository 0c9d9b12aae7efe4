import * as Y from "yjs";
import { base64url, fromBase64url } from "../../lib/crypto";
import type { OpenDocument } from "./document";

/** Names the place before a character (or the end of the text), whatever is typed around it. */
export function anchorAt({ text }: OpenDocument, place: number): string {
  const index = Math.max(0, Math.min(place, text.length));
  const position = Y.createRelativePositionFromTypeIndex(text, index);
  return base64url(Y.encodeRelativePosition(position));
}

/** Where it is now; null if it never was a place of this document. */
export function placeOf({ doc, text }: OpenDocument, anchor: string): number | null {
  try {
    const position = Y.decodeRelativePosition(fromBase64url(anchor)!);
    const place = Y.createAbsolutePositionFromRelativePosition(position, doc);
    return place?.type === text ? place.index : null;
  } catch {
    return null;
  }
}
