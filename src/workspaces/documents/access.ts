import { mayEdit, type Person, type ProjectRole } from "./admission";

type AccessRow = { role: ProjectRole | null; epoch: number };
const day = 86_400_000;

/**
 * What was last told of a membership, so that an upgrade which read an older one cannot slip in. A
 * revoked membership has no role.
 */
export function recordAccess(
  sql: SqlStorage,
  userId: string,
  role: ProjectRole | null,
  epoch: number,
): void {
  sql.exec(
    `INSERT INTO access (user_id, role, epoch) VALUES (?, ?, ?)
     ON CONFLICT (user_id) DO UPDATE SET role = excluded.role, epoch = excluded.epoch
     WHERE excluded.epoch >= access.epoch`,
    ...[userId, role, epoch],
  );
}

/** Sign-outs are kept a day, longer than any token of that session lives. */
export function recordSignOut(sql: SqlStorage, sessionId: string, now: number): void {
  sql.exec("DELETE FROM ended_sessions WHERE at < ?", now - day);
  sql.exec("INSERT OR REPLACE INTO ended_sessions (session_id, at) VALUES (?, ?)", sessionId, now);
}

/** Whether an edit that was allowed by a membership of this epoch no longer is. */
export function isSuperseded(sql: SqlStorage, userId: string, epoch: number): boolean {
  const [row] = sql
    .exec<AccessRow>("SELECT role, epoch FROM access WHERE user_id = ?", userId)
    .toArray();
  return row !== undefined && epoch <= row.epoch && (row.role === null || !mayEdit(row.role));
}

export type Entrance = { person: Person } | { refused: "stale_epoch" | "signed_out" };

export function enter(sql: SqlStorage, person: Person): Entrance {
  if (person.sessionId !== null) {
    const ended = sql.exec("SELECT 1 FROM ended_sessions WHERE session_id = ?", person.sessionId);
    if (ended.toArray().length > 0) return { refused: "signed_out" };
  }
  const [row] = sql
    .exec<AccessRow>("SELECT role, epoch FROM access WHERE user_id = ?", person.userId)
    .toArray();
  if (!row || person.epoch > row.epoch) return { person };
  if (person.epoch < row.epoch || row.role === null) return { refused: "stale_epoch" };
  return { person: { ...person, role: row.role } };
}
