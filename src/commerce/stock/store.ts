import type { Hold, Level, Movement, Oversell } from "./stock";

/** A movement as it was booked; `sequence` is dense. */
export type Booked = Movement & {
  sequence: number;
  reason: string | null;
  actorId: string | null;
  createdAt: number;
};

type LevelRow = {
  on_hand: number;
  held: number;
  promised: number;
  owed: number;
  oversell: Oversell;
  backorder_limit: number;
  version: number;
  projected: number;
};

const schema = `
  CREATE TABLE IF NOT EXISTS level (
    id INTEGER PRIMARY KEY CHECK (id = 1),
    on_hand INTEGER NOT NULL CHECK (on_hand >= 0),
    held INTEGER NOT NULL CHECK (held BETWEEN 0 AND on_hand),
    promised INTEGER NOT NULL CHECK (promised >= 0),
    owed INTEGER NOT NULL CHECK (owed >= 0),
    oversell TEXT NOT NULL,
    backorder_limit INTEGER NOT NULL,
    version INTEGER NOT NULL,
    projected INTEGER NOT NULL);
  CREATE TABLE IF NOT EXISTS holds (
    checkout_id TEXT PRIMARY KEY,
    quantity INTEGER NOT NULL,
    taken INTEGER NOT NULL,
    promised INTEGER NOT NULL,
    state TEXT NOT NULL,
    expires_at INTEGER NOT NULL,
    changed_at INTEGER NOT NULL) WITHOUT ROWID;
  CREATE INDEX IF NOT EXISTS holds_due ON holds (expires_at) WHERE state = 'held';
  CREATE INDEX IF NOT EXISTS holds_over ON holds (changed_at) WHERE state <> 'held';
  CREATE TABLE IF NOT EXISTS movements (
    sequence INTEGER PRIMARY KEY,
    kind TEXT NOT NULL,
    quantity INTEGER NOT NULL,
    reference TEXT NOT NULL UNIQUE,
    reason TEXT,
    actor_id TEXT,
    created_at INTEGER NOT NULL)`;

/** The rows of one variant's stock. Every call is synchronous, so that calls in a row are one transaction. */
export class StockStore {
  constructor(private readonly sql: SqlStorage) {
    sql.exec(schema);
  }

  level(): (Level & { version: number; projected: number }) | null {
    const row = this.sql.exec<LevelRow>("SELECT * FROM level").toArray()[0];
    if (!row) return null;
    const { on_hand: onHand, backorder_limit: backorderLimit, ...rest } = row;
    return { onHand, backorderLimit, ...rest };
  }

  /** Returns the version that it has now. */
  saveLevel(level: Level): number {
    const { onHand, held, promised, owed, oversell, backorderLimit } = level;
    return this.sql
      .exec<{ version: number }>(
        `INSERT INTO level VALUES (1, ?, ?, ?, ?, ?, ?, 1, 0)
         ON CONFLICT (id) DO UPDATE SET on_hand = excluded.on_hand, held = excluded.held,
           promised = excluded.promised, owed = excluded.owed, oversell = excluded.oversell,
           backorder_limit = excluded.backorder_limit, version = version + 1
         RETURNING version`,
        ...[onHand, held, promised, owed, oversell, backorderLimit],
      )
      .one().version;
  }

  hold(checkoutId: string): Hold | undefined {
    const row = this.sql
      .exec<Omit<Hold, "expiresAt"> & { expires_at: number }>(
        "SELECT quantity, taken, promised, state, expires_at FROM holds WHERE checkout_id = ?",
        checkoutId,
      )
      .toArray()[0];
    if (!row) return undefined;
    const { expires_at: expiresAt, ...rest } = row;
    return { ...rest, expiresAt };
  }

  saveHold(checkoutId: string, hold: Hold, now: number): void {
    const { quantity, taken, promised, state, expiresAt } = hold;
    this.sql.exec(
      "INSERT OR REPLACE INTO holds VALUES (?, ?, ?, ?, ?, ?, ?)",
      ...[checkoutId, quantity, taken, promised, state, expiresAt, now],
    );
  }

  book(movement: Movement, by: { reason?: string; actorId?: string }, now: number): void {
    this.sql.exec(
      `INSERT INTO movements (kind, quantity, reference, reason, actor_id, created_at)
       VALUES (?, ?, ?, ?, ?, ?)`,
      ...[movement.kind, movement.quantity, movement.reference],
      ...[by.reason ?? null, by.actorId ?? null, now],
    );
  }

  isBooked(reference: string): boolean {
    const found = this.sql.exec("SELECT 1 FROM movements WHERE reference = ?", reference);
    return found.toArray().length > 0;
  }

  /** Newest first. */
  movements(before: number, limit: number): Booked[] {
    return this.sql
      .exec<Booked & Record<string, SqlStorageValue>>(
        `SELECT sequence, kind, quantity, reference, reason, actor_id AS actorId,
           created_at AS createdAt
         FROM movements WHERE sequence < ? ORDER BY sequence DESC LIMIT ?`,
        ...[before, limit],
      )
      .toArray();
  }

  dueHolds(now: number, limit: number): string[] {
    return this.sql
      .exec<{ id: string }>(
        `SELECT checkout_id AS id FROM holds WHERE state = 'held' AND expires_at <= ?
         ORDER BY expires_at LIMIT ?`,
        ...[now, limit],
      )
      .toArray()
      .map(({ id }) => id);
  }

  nextDue(): number | null {
    const first = "SELECT min(expires_at) AS at FROM holds WHERE state = 'held'";
    return this.sql.exec<{ at: number | null }>(first).one().at;
  }

  extendHold(checkoutId: string, expiresAt: number): void {
    this.sql.exec(
      "UPDATE holds SET expires_at = ? WHERE checkout_id = ? AND state = 'held'",
      ...[expiresAt, checkoutId],
    );
  }

  markProjected(version: number): void {
    this.sql.exec("UPDATE level SET projected = ? WHERE projected < ?", version, version);
  }

  /** Holds that are over serve only late repetitions of their checkout's calls. */
  forgetHolds(before: number, limit: number): void {
    this.sql.exec(
      `DELETE FROM holds WHERE checkout_id IN
        (SELECT checkout_id FROM holds WHERE state <> 'held' AND changed_at < ? LIMIT ?)`,
      ...[before, limit],
    );
  }
}
