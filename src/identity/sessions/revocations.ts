import { DurableObject } from "cloudflare:workers";

/**
 * A session or a person whose access tokens below `version` are refused, and until when that
 * matters: the longest such a token can live. A session that ended has no version that is good.
 */
export type Revoked = { id: string; version: number; until: number };
export type Revocation = Pick<Revoked, "id" | "version">;
export const everyVersion = Number.MAX_SAFE_INTEGER;

/** The one list of what was revoked in the last quarter of an hour, in the order it was told. */
export class Revocations extends DurableObject<Env> {
  constructor(ctx: DurableObjectState, env: Env) {
    super(ctx, env);
    ctx.storage.sql.exec(`
      CREATE TABLE IF NOT EXISTS revoked (
        sequence INTEGER PRIMARY KEY AUTOINCREMENT,
        id TEXT NOT NULL UNIQUE,
        version INTEGER NOT NULL,
        until INTEGER NOT NULL
      );
      CREATE INDEX IF NOT EXISTS revoked_until ON revoked (until);
    `);
  }

  /** Adding what is known already, or a lower version, changes nothing but its end. */
  add(revoked: Revoked[]): void {
    const { sql } = this.ctx.storage;
    sql.exec("DELETE FROM revoked WHERE until < ?", Date.now());
    for (const { id, version, until } of revoked)
      sql.exec(
        `REPLACE INTO revoked (id, version, until)
         SELECT ?1, max(?2, coalesce(max(version), 0)), max(?3, coalesce(max(until), 0))
         FROM revoked WHERE id = ?1`,
        id,
        version,
        until,
      );
  }

  /** What was added after this point of the list, and where the list ends now. */
  since(sequence: number): { revoked: Revoked[]; sequence: number } {
    const rows = this.ctx.storage.sql
      .exec<Revoked & { sequence: number }>(
        "SELECT sequence, id, version, until FROM revoked WHERE sequence > ? ORDER BY sequence",
        sequence,
      )
      .toArray();
    const revoked = rows.map(({ id, version, until }) => ({ id, version, until }));
    return { revoked, sequence: rows.at(-1)?.sequence ?? sequence };
  }
}
