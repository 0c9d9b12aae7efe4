import { env } from "cloudflare:workers";

const open = env.DB.withSession.bind(env.DB);

/** What becomes of one call to the database, by the SQL it runs: an error, or silence. */
export type Fault = Error | "silence" | undefined;

/** The test's D1, with calls that fail as told. Every call is counted, also those that fail. */
export function faultyD1(fault: (sql: string, call: number) => Fault) {
  const calls: string[] = [];
  const meet = async <T>(sql: string, run: () => Promise<T>): Promise<T> => {
    calls.push(sql);
    const met = fault(sql, calls.length);
    if (met === "silence") return new Promise(() => {});
    if (met) throw met;
    return run();
  };
  const wrap = (sql: string, real: D1PreparedStatement) => ({
    sql,
    real,
    bind: (...values: unknown[]) => wrap(sql, real.bind(...values)),
    all: () => meet(sql, () => real.all()),
    run: () => meet(sql, () => real.run()),
    raw: () => meet(sql, () => real.raw()),
  });
  type Wrapped = ReturnType<typeof wrap>;
  const withSession = (start: string) => {
    const session = open(start);
    return {
      getBookmark: () => session.getBookmark(),
      prepare: (sql: string) => wrap(sql, session.prepare(sql)),
      batch: (statements: Wrapped[]) =>
        meet(statements.map(({ sql }) => sql).join(";\n"), () =>
          session.batch(statements.map(({ real }) => real)),
        ),
    };
  };
  return { calls, binding: { withSession } as unknown as D1Database };
}

/** The faults of D1, in its own words. */
export const faults = {
  lost: () => new Error("D1_ERROR: Network connection lost."),
  reset: () => new Error("D1_ERROR: D1 DB's storage caused object to be reset."),
  updated: () => new Error("D1_ERROR: Durable Object reset because its code was updated."),
  unresolved: () =>
    new Error("D1_ERROR: Cannot resolve D1 DB due to transient issue on remote node."),
  overloaded: () => new Error("D1_ERROR: D1 DB is overloaded. Requests queued for too long."),
};
