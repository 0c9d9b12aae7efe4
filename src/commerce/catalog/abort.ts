import { sql } from "drizzle-orm";
import type { AnyContext } from "../../data/context";

/**
 * Undoes the whole batch unless the statement before it changed something: SQLite refuses to read
 * a text that is no JSON, and knows no gentler way to stop.
 */
export const abortUnlessChanged = (ctx: AnyContext) =>
  ctx.db.select({ changed: sql`iif(changes() > 0, 1, json('no'))` }).from(sql`(SELECT 1)`);

export function wasAborted(error: unknown): boolean {
  for (let e = error; e instanceof Error; e = e.cause)
    if (e.message.includes("malformed JSON")) return true;
  return false;
}
