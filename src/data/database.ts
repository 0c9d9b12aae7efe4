import { type DrizzleD1Database, drizzle } from "drizzle-orm/d1";
import { attempt } from "./attempt";

export type Db = Omit<DrizzleD1Database, "transaction">;
export type Bookmark = string;

/**
 * One request's conversation with a D1 database: a session, so that it reads its own writes from
 * any replica, with every call counted, bounded in time and, where that is safe, tried again.
 */
export class Database {
  trips = 0;
  rowsRead = 0;
  rowsWritten = 0;
  milliseconds = 0;
  /** As the database itself measures its work. */
  sqlMilliseconds = 0;
  wrote = false;
  /** Where the database stood at the first query: all that was read since is at least as new. */
  earliest: Bookmark | null = null;
  #db: Db | undefined;
  #repeatable: Db | undefined;
  #opened: D1DatabaseSession | undefined;

  constructor(
    readonly binding: D1Database,
    public start: Bookmark | D1SessionConstraint,
  ) {}

  get #session(): D1DatabaseSession {
    this.#opened ??= this.binding.withSession(this.start);
    return this.#opened;
  }

  /** For statements that must run once: reads are retried, writes are not. */
  get db(): Db {
    this.#db ??= drizzle(this.#port(false));
    return this.#db;
  }

  /** For writes that change nothing when they run twice. */
  get repeatable(): Db {
    this.#repeatable ??= drizzle(this.#port(true));
    return this.#repeatable;
  }

  get isOpen(): boolean {
    return this.#opened !== undefined;
  }

  get bookmark(): Bookmark | null {
    return this.#opened?.getBookmark() ?? null;
  }

  /** The part of D1's interface that drizzle speaks. */
  #port(repeatable: boolean): D1Database {
    const session = this.#session;
    const wrap = (sql: string, statement: D1PreparedStatement): Bound => ({
      statement,
      sql,
      bind: (...values: unknown[]) => wrap(sql, statement.bind(...values)),
      all: () => this.#run([sql], repeatable, () => statement.all()),
      run: () => this.#run([sql], repeatable, () => statement.run()),
      raw: async () => {
        if (/\bjoin\b/i.test(sql)) return this.#run([sql], repeatable, () => statement.raw());
        const { results } = await this.#run([sql], repeatable, () => statement.all());
        return results.map((row) => Object.values(row as object));
      },
    });
    const port = {
      prepare: (sql: string) => wrap(sql, session.prepare(sql)),
      batch: (bound: Bound[]) =>
        this.#run(
          bound.map((one) => one.sql),
          repeatable,
          () => session.batch(bound.map((one) => one.statement)),
        ),
    };
    return port as unknown as D1Database;
  }

  async #run<T>(statements: string[], repeatable: boolean, call: () => Promise<T>): Promise<T> {
    const reads = statements.every(isRead);
    const started = Date.now();
    if (!reads) this.wrote = true;
    try {
      return await attempt(
        async () => {
          this.trips += 1;
          const result = await call();
          this.earliest ??= this.bookmark;
          for (const one of Array.isArray(result) ? result : [result]) this.#count(one);
          return result;
        },
        { repeatable: reads || repeatable },
      );
    } finally {
      this.milliseconds += Date.now() - started;
    }
  }

  #count(result: unknown): void {
    const meta = (result as D1Result | undefined)?.meta;
    if (!meta) return;
    this.rowsRead += meta.rows_read ?? 0;
    this.rowsWritten += meta.rows_written ?? 0;
    this.sqlMilliseconds += meta.duration ?? 0;
  }
}

type Bound = {
  sql: string;
  statement: D1PreparedStatement;
  bind(...values: unknown[]): Bound;
  all(): Promise<D1Result>;
  run(): Promise<D1Result>;
  raw(): Promise<unknown[]>;
};

const isRead = (sql: string) =>
  /^\s*(select|with)\b/i.test(sql) && !/\b(insert|update|delete|replace)\b/i.test(sql);

/** Whether a write was refused by this constraint, e.g. `users.email` or the name of a CHECK. */
export function violates(error: unknown, constraint: string): boolean {
  for (let e = error; e instanceof Error; e = e.cause)
    if (/constraint failed/i.test(e.message) && e.message.includes(constraint)) return true;
  return false;
}
