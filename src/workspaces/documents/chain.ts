import { digest } from "lib0/hash/sha256";
import { base64url, utf8 } from "../../lib/crypto";

/** What an entry tells of: a change of the content, or something recorded about it. */
export type ChangeKind = "edit" | "write" | "restore" | "generation";
export type EntryKind = ChangeKind | "version" | "snapshot";

/** One line of a document's history. `digest` is that of the bytes it speaks of. */
export type Entry = {
  sequence: number;
  kind: EntryKind;
  /** Null for the room itself. */
  author: string | null;
  at: number;
  inserted: number;
  deleted: number;
  digest: string;
  /** Of this entry and the hash before it. */
  hash: string;
};

export type Head = Pick<Entry, "sequence" | "hash">;

export const firstHead: Head = { sequence: 0, hash: "" };

export const digestOf = (bytes: Uint8Array) => base64url(digest(bytes));

export function append(head: Head, entry: Omit<Entry, "sequence" | "hash">): Entry {
  const sequence = head.sequence + 1;
  return { ...entry, sequence, hash: hashOf(head.hash, { ...entry, sequence }) };
}

/** The first sequence at which the chain is broken, or its head if it is whole. */
export function checkChain(entries: Iterable<Entry>): { brokenAt: number } | { head: Head } {
  let head = firstHead;
  for (const entry of entries) {
    const expected = head.sequence + 1;
    if (entry.sequence !== expected || hashOf(head.hash, entry) !== entry.hash) {
      return { brokenAt: expected };
    }
    head = { sequence: entry.sequence, hash: entry.hash };
  }
  return { head };
}

function hashOf(before: string, entry: Omit<Entry, "hash">): string {
  const { sequence, kind, author, at, inserted, deleted, digest: bytes } = entry;
  const text = JSON.stringify([before, sequence, kind, author, at, inserted, deleted, bytes]);
  return digestOf(utf8(text));
}
