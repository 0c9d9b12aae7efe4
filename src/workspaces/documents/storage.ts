import type { ChangeKind, Entry, EntryKind, Head } from "./chain";
import { firstHead } from "./chain";
import { joinParts, splitIntoParts } from "./compaction";

/** The tables of one room. `updates` is the log; `history` outlives it and is never deleted from. */
export function createTables(sql: SqlStorage): void {
  sql.exec(`
    CREATE TABLE IF NOT EXISTS room (
      id INTEGER PRIMARY KEY CHECK (id = 1),
      generation INTEGER NOT NULL DEFAULT 1,
      snapshot_sequence INTEGER NOT NULL DEFAULT 0,
      snapshot_bytes INTEGER NOT NULL DEFAULT 0,
      closed INTEGER NOT NULL DEFAULT 0 CHECK (closed IN (0, 1))
    ) STRICT;
    INSERT OR IGNORE INTO room (id) VALUES (1);
    CREATE TABLE IF NOT EXISTS snapshot (part INTEGER PRIMARY KEY, bytes BLOB NOT NULL) STRICT;
    CREATE TABLE IF NOT EXISTS updates (
      sequence INTEGER NOT NULL, part INTEGER NOT NULL, bytes BLOB NOT NULL,
      PRIMARY KEY (sequence, part)
    ) STRICT;
    CREATE TABLE IF NOT EXISTS history (
      sequence INTEGER PRIMARY KEY, kind TEXT NOT NULL, author TEXT, at INTEGER NOT NULL,
      inserted INTEGER NOT NULL, deleted INTEGER NOT NULL, digest TEXT NOT NULL, hash TEXT NOT NULL
    ) STRICT;
    CREATE INDEX IF NOT EXISTS version_entries ON history (digest) WHERE kind = 'version';
    CREATE TABLE IF NOT EXISTS versions (
      version INTEGER PRIMARY KEY AUTOINCREMENT, kind TEXT NOT NULL, name TEXT, author TEXT,
      at INTEGER NOT NULL, sequence INTEGER NOT NULL, bytes INTEGER NOT NULL, digest TEXT NOT NULL,
      text BLOB, object TEXT, CHECK ((text IS NULL) <> (object IS NULL))
    ) STRICT;
    CREATE TABLE IF NOT EXISTS access (
      user_id TEXT PRIMARY KEY, role TEXT, epoch INTEGER NOT NULL
    ) STRICT;
    CREATE TABLE IF NOT EXISTS ended_sessions (session_id TEXT PRIMARY KEY, at INTEGER NOT NULL) STRICT;
    CREATE TABLE IF NOT EXISTS retired_clients (client INTEGER PRIMARY KEY) STRICT;
  `);
}

export type RoomRow = {
  generation: number;
  snapshotSequence: number;
  snapshotBytes: number;
  closed: number;
};

export const readRoom = (sql: SqlStorage): RoomRow =>
  sql
    .exec<RoomRow>(
      `SELECT generation, snapshot_sequence AS snapshotSequence, snapshot_bytes AS snapshotBytes, closed
       FROM room`,
    )
    .one();

/** The snapshot, or null if there is none yet. Throws if a part of it is missing. */
export function readSnapshot(sql: SqlStorage): Uint8Array<ArrayBuffer> | null {
  const { snapshotBytes } = readRoom(sql);
  const rows = sql.exec<{ bytes: ArrayBuffer }>("SELECT bytes FROM snapshot ORDER BY part");
  const whole = joinParts([...rows].map(({ bytes }) => new Uint8Array(bytes)));
  if (whole.length !== snapshotBytes) throw new Error("a part of the snapshot is missing");
  return whole.length === 0 ? null : whole;
}

export type LoggedUpdate = { sequence: number; bytes: Uint8Array<ArrayBuffer> };

export function readUpdates(sql: SqlStorage, upTo = Number.MAX_SAFE_INTEGER): LoggedUpdate[] {
  const rows = sql.exec<{ sequence: number; bytes: ArrayBuffer }>(
    "SELECT sequence, bytes FROM updates WHERE sequence <= ? ORDER BY sequence, part",
    upTo,
  );
  const parts = new Map<number, Uint8Array[]>();
  for (const { sequence, bytes } of rows) {
    parts.set(sequence, [...(parts.get(sequence) ?? []), new Uint8Array(bytes)]);
  }
  return [...parts].map(([sequence, list]) => ({ sequence, bytes: joinParts(list) }));
}

export function writeUpdate(
  sql: SqlStorage,
  sequence: number,
  bytes: Uint8Array,
  partBytes: number,
): void {
  for (const [part, slice] of splitIntoParts(bytes, partBytes).entries()) {
    sql.exec("INSERT INTO updates (sequence, part, bytes) VALUES (?, ?, ?)", sequence, part, slice);
  }
}

/** Puts the state up to `sequence` in place of the snapshot and of every logged update. */
export function replaceSnapshot(
  sql: SqlStorage,
  state: Uint8Array,
  sequence: number,
  partBytes: number,
): void {
  sql.exec("DELETE FROM snapshot");
  for (const [part, bytes] of splitIntoParts(state, partBytes).entries()) {
    sql.exec("INSERT INTO snapshot (part, bytes) VALUES (?, ?)", part, bytes);
  }
  sql.exec("DELETE FROM updates WHERE sequence <= ?", sequence);
  sql.exec("UPDATE room SET snapshot_sequence = ?, snapshot_bytes = ?", sequence, state.length);
}

export function writeEntry(sql: SqlStorage, entry: Entry): void {
  const { sequence, kind, author, at, inserted, deleted, digest, hash } = entry;
  sql.exec(
    `INSERT INTO history (sequence, kind, author, at, inserted, deleted, digest, hash)
     VALUES (?, ?, ?, ?, ?, ?, ?, ?)`,
    ...[sequence, kind, author, at, inserted, deleted, digest, hash],
  );
}

export const readEntries = (sql: SqlStorage, after = 0, most = -1): SqlStorageCursor<Entry> =>
  sql.exec<Entry>(
    "SELECT * FROM history WHERE sequence > ? ORDER BY sequence LIMIT ?",
    after,
    most,
  );

export const readHead = (sql: SqlStorage): Head =>
  sql
    .exec<Head>("SELECT sequence, hash FROM history ORDER BY sequence DESC LIMIT 1")
    .toArray()[0] ?? firstHead;

const records: readonly EntryKind[] = ["version", "snapshot"];
const changes = `kind NOT IN (${records.map((kind) => `'${kind}'`).join(", ")})`;
export type Change = Pick<Entry, "sequence" | "author" | "at"> & { kind: ChangeKind };

/** The last entry that changed the content. */
export const readLastChange = (sql: SqlStorage): Change | null =>
  sql
    .exec<Change>(
      `SELECT sequence, kind, author, at FROM history WHERE ${changes} ORDER BY sequence DESC LIMIT 1`,
    )
    .toArray()[0] ?? null;

export const countChanges = (sql: SqlStorage, after: number): number =>
  sql
    .exec<{ n: number }>(
      `SELECT count(*) AS n FROM history WHERE sequence > ? AND ${changes}`,
      after,
    )
    .one().n;

export const wasChangedBetween = (sql: SqlStorage, after: number, upTo: number): boolean =>
  sql
    .exec(
      `SELECT 1 FROM history WHERE sequence > ? AND sequence <= ? AND ${changes} LIMIT 1`,
      ...[after, upTo],
    )
    .toArray().length > 0;
