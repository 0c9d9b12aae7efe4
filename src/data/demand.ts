import { type SQL, sql } from "drizzle-orm";
import type { AnyContext } from "./context";

/**
 * A statement for a batch that breaks, and the whole batch with it, unless the condition holds:
 * for inserts, which have no WHERE of their own. SQLite has no RAISE outside of triggers, so a
 * text that is no JSON does it; `isUnmet` knows it again.
 */
export const demand = (ctx: AnyContext, condition: SQL) =>
  ctx.db
    .select({ met: sql`CASE WHEN ${condition} THEN 1 ELSE json('unmet') END` })
    .from(sql`(SELECT 1)`);

export function isUnmet(error: unknown): boolean {
  for (let e = error; e instanceof Error; e = e.cause)
    if (/malformed JSON/i.test(e.message)) return true;
  return false;
}
