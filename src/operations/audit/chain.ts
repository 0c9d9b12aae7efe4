import { canonicalJson } from "../../lib/canonicalJson";
import { sha256 } from "../../lib/crypto";

export type Entry = {
  eventId: string;
  at: number;
  actorId: string | null;
  action: string;
  targetType: string;
  targetId: string;
  detail: string;
  requestId: string;
};
export type Head = { sequence: number; hash: string };
export type Row = Entry & Head & { previousHash: string };

/** What the first row follows. */
export const genesis: Head = { sequence: 0, hash: "" };

/** SHA-256 (base64url) over the canonical JSON of the row without its own hash. */
const hashOf = ({ hash: _, ...row }: Row): Promise<string> => sha256(canonicalJson(row));

/** The entries as the rows that follow a head. */
export async function follow(head: Head, entries: Entry[]): Promise<Row[]> {
  const rows: Row[] = [];
  for (const entry of entries) {
    const { sequence, hash: previousHash } = rows.at(-1) ?? head;
    const row = { ...entry, sequence: sequence + 1, previousHash, hash: "" };
    rows.push({ ...row, hash: await hashOf(row) });
  }
  return rows;
}

export const breaks = ["missing", "unlinked", "changed", "rewritten"] as const;
export type Break = { sequence: number; reason: (typeof breaks)[number] };

/** Where rows, in their order, first depart from the chain that begins after a head. */
export async function findBreak(head: Head, rows: Row[]): Promise<Break | null> {
  let before = head;
  for (const row of rows) {
    const { sequence } = row;
    if (sequence !== before.sequence + 1)
      return { sequence: before.sequence + 1, reason: "missing" };
    if (row.previousHash !== before.hash) return { sequence, reason: "unlinked" };
    if (row.hash !== (await hashOf(row))) return { sequence, reason: "changed" };
    before = row;
  }
  return null;
}
