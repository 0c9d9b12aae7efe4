import * as Y from "yjs";
import { digestOf } from "./chain";
import type { OpenDocument } from "./document";

/** Names one state of a document: its generation, its last change and its state vector. */
export type StateTag = { generation: number; revision: number; vector: string };

const vectorOf = (doc: Y.Doc) => digestOf(Y.encodeStateVector(doc)).slice(0, 16);

export const etagOf = ({ generation, revision, doc }: OpenDocument): string =>
  `${generation}-${revision()}-${vectorOf(doc)}`;

export function parseEtag(etag: string): StateTag | null {
  const [, generation, revision, vector] = /^(\d{1,9})-(\d{1,15})-([\w-]{16})$/.exec(etag) ?? [];
  if (generation === undefined || revision === undefined || vector === undefined) return null;
  return { generation: Number(generation), revision: Number(revision), vector };
}

export const isStateOf = (doc: Y.Doc, tag: StateTag) => vectorOf(doc) === tag.vector;
