import * as Y from "yjs";
import { type Answer, answer, refuse } from "./answers";
import type { ChangeKind } from "./chain";
import { type OpenDocument, replay, textName } from "./document";
import { applyEdits, type Edit, textEdits } from "./edits";
import { etagOf, isStateOf, parseEtag } from "./etag";
import { mergeEdits } from "./merge";
import { readRoom, wasChangedBetween } from "./storage";

export type Written = { changed: boolean };
export type NewText = {
  author: string;
  /** Of the author's membership; without it nobody is asked. */
  epoch?: number;
  text: string;
  /** Refused as stale unless the document is in this state. */
  ifMatch?: string;
  /** What the author started from: an etag or the text itself. Without it, the text as it is. */
  base?: { etag: string } | { text: string };
};

/** As plain text; what is embedded in it counts as one U+FFFC, so that places are those of Yjs. */
export function plainText(text: Y.Text): string {
  const plain = text.toString();
  if (plain.length === text.length) return plain;
  const parts = text.toDelta() as { insert: unknown }[];
  return parts.map(({ insert }) => (typeof insert === "string" ? insert : "\uFFFC")).join("");
}

export function readContent(document: OpenDocument) {
  const { generation } = document;
  const updatedAt = document.lastChange()?.at ?? null;
  return { etag: etagOf(document), generation, text: plainText(document.text), updatedAt };
}

/** Makes a text the document's, keeping what others typed since its author read it. */
export function writeContent(document: OpenDocument, input: NewText): Answer<Written> {
  const etag = etagOf(document);
  if (input.ifMatch !== undefined && input.ifMatch !== etag) return refuse("stale", { etag });
  const current = plainText(document.text);
  const base = baseOf(document, input, etag, current);
  if (base === null) return refuse("base_unknown", { etag });
  const edits = mergeEdits(base, input.text.toWellFormed(), current);
  return makeEdits(document, "write", input.author, edits);
}

/** A forward edit: nothing that was ever in the document is lost. */
export const restoreContent = (
  document: OpenDocument,
  author: string,
  text: string,
): Answer<Written> =>
  makeEdits(document, "restore", author, textEdits(plainText(document.text), text));

function makeEdits(
  document: OpenDocument,
  kind: ChangeKind,
  author: string,
  edits: readonly Edit[],
): Answer<Written> {
  const inserted = edits.map(({ insert }) => insert).join("");
  const bytes = new TextEncoder().encode(inserted).length + edits.length * 64;
  if (inserted !== "" && !document.fits(bytes, edits.length * 3)) return refuse("too_large");
  const changed = document.change(kind, author, () => {
    document.doc.transact(() => applyEdits(document.text, edits));
  });
  return answer({ changed });
}

function baseOf(
  document: OpenDocument,
  { base }: NewText,
  etag: string,
  current: string,
): string | null {
  if (!base) return current;
  if ("text" in base) return base.text.toWellFormed();
  if (base.etag === etag) return current;
  const tag = parseEtag(base.etag);
  const { sql } = document.storage;
  if (!tag || tag.generation !== document.generation || tag.revision > document.revision())
    return null;
  if (wasChangedBetween(sql, tag.revision, readRoom(sql).snapshotSequence)) return null;
  const { doc } = replay(sql, tag.revision);
  return isStateOf(doc, tag) ? plainText(doc.getText(textName)) : null;
}

/** The whole state, for export and for those who speak Yjs. */
export function readState(document: OpenDocument) {
  const { doc, generation } = document;
  const [state, stateVector] = [Y.encodeStateAsUpdate(doc), Y.encodeStateVector(doc)];
  return { etag: etagOf(document), generation, state, stateVector };
}
