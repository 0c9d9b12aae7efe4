import { env } from "cloudflare:workers";
import { vi } from "vitest";

export type Recorded = { sql: string; params: unknown[]; database: D1Database };

/** Every distinct statement that runs from now on in a session of one of the databases. */
export function recordStatements(): Map<string, Recorded> {
  const recorded = new Map<string, Recorded>();
  for (const database of [env.DB, env.SEARCH]) {
    const open = database.withSession.bind(database);
    vi.spyOn(database, "withSession").mockImplementation((start) => {
      const session = open(start);
      const prepare = session.prepare.bind(session);
      vi.spyOn(session, "prepare").mockImplementation((sql) => {
        const statement = prepare(sql);
        const one: Recorded = { sql, params: [], database };
        if (!recorded.has(sql)) recorded.set(sql, one);
        const bind = statement.bind.bind(statement);
        return Object.assign(statement, {
          bind: (...params: unknown[]) => {
            one.params = params;
            return bind(...params);
          },
        });
      });
      return session;
    });
  }
  return recorded;
}

/** The steps of SQLite's plan for a statement, e.g. `SEARCH tasks USING INDEX tasks_by_status`. */
export async function planOf({ sql, params, database }: Recorded): Promise<string[]> {
  const explained = database.prepare(`EXPLAIN QUERY PLAN ${sql}`).bind(...params);
  const { results } = await explained.all<{ detail: string }>();
  return results.map(({ detail }) => detail);
}
