import { checkChain, digestOf, type Entry, type Head } from "./chain";
import { readEntries, readRoom, readSnapshot, readUpdates } from "./storage";

export type Verdict =
  | { intact: true; head: Head }
  /** The first thing that is not as the history says; `sequence` where one entry is concerned. */
  | {
      intact: false;
      broken: "chain" | "update" | "snapshot" | "version" | "anchor";
      sequence: number | null;
    };

/** Who changed what and when, newest first. Compaction is housekeeping and is left out. */
export const listHistory = (sql: SqlStorage, before: number, limit: number): Entry[] =>
  sql
    .exec<Entry>(
      `SELECT * FROM history WHERE sequence < ? AND kind <> 'snapshot'
       ORDER BY sequence DESC LIMIT ?`,
      ...[before, limit],
    )
    .toArray();

/**
 * Proves that nothing was removed or rewritten. Entries are never deleted: each holds the digest of
 * its bytes and the hash of the entry before it. While an update is in the log its bytes are checked
 * against its digest; when it moves into the snapshot its entry stays, and an entry of the compaction
 * vouches for the snapshot's bytes. Someone who kept a head from earlier passes it as the anchor:
 * then not even a chain that was written anew from its beginning can pass.
 */
export function verifyHistory(sql: SqlStorage, anchor?: Head): Verdict {
  const chain = checkChain(readEntries(sql));
  if ("brokenAt" in chain) return broken("chain", chain.brokenAt);
  const fault = findFault(sql);
  if (fault) return fault;
  const version = firstWrongVersion(sql);
  if (version !== null) return broken("version", version);
  if (anchor && !isOnChain(sql, anchor)) return broken("anchor", anchor.sequence);
  return { intact: true, head: chain.head };
}

const broken = (what: Exclude<Verdict, { intact: true }>["broken"], sequence: number | null) => {
  return { intact: false as const, broken: what, sequence };
};

/** Whether the snapshot and the log are, byte for byte, those of the history; null if they are. */
export function findFault(sql: SqlStorage): Exclude<Verdict, { intact: true }> | null {
  if (!isSnapshotTrue(sql)) return broken("snapshot", null);
  const update = firstWrongUpdate(sql, readRoom(sql).snapshotSequence);
  return update === null ? null : broken("update", update);
}

/** Every change after the snapshot is in the log with its bytes, and nothing else is. */
function firstWrongUpdate(sql: SqlStorage, after: number): number | null {
  const logged = new Map(
    readUpdates(sql).map(({ sequence, bytes }) => [sequence, digestOf(bytes)]),
  );
  for (const { sequence, kind, digest } of readEntries(sql, after)) {
    const isUpdate = kind === "edit" || kind === "write" || kind === "restore";
    if (isUpdate && logged.get(sequence) !== digest) return sequence;
    if (isUpdate) logged.delete(sequence);
  }
  return logged.keys().next().value ?? null;
}

function isSnapshotTrue(sql: SqlStorage): boolean {
  const [last] = sql
    .exec<{ digest: string }>(
      "SELECT digest FROM history WHERE kind IN ('snapshot', 'generation') ORDER BY sequence DESC LIMIT 1",
    )
    .toArray();
  try {
    const snapshot = readSnapshot(sql);
    return snapshot === null ? last === undefined : digestOf(snapshot) === last?.digest;
  } catch {
    return false;
  }
}

/** Texts in R2 are checked against the same digest whenever they are read. */
function firstWrongVersion(sql: SqlStorage): number | null {
  const rows = sql.exec<{
    version: number;
    digest: string;
    text: ArrayBuffer | null;
    known: number;
  }>(
    `SELECT version, digest, text, EXISTS (
       SELECT 1 FROM history WHERE kind = 'version' AND history.digest = versions.digest
     ) AS known FROM versions`,
  );
  for (const { version, digest, text, known } of rows) {
    if (!known || (text && digestOf(new Uint8Array(text)) !== digest)) return version;
  }
  return null;
}

const isOnChain = (sql: SqlStorage, { sequence, hash }: Head): boolean =>
  sequence === 0 ||
  sql.exec("SELECT 1 FROM history WHERE sequence = ? AND hash = ?", sequence, hash).toArray()
    .length > 0;
