import { sql } from "drizzle-orm";
import type { Context } from "../data/context";
import { day, second } from "../lib/time";

/** How long rows are kept after the time in a column; each of these columns has an index. */
export const kept = [
  ["events", "sent_at", day],
  ["idempotency_keys", "created_at", day],
  /** No queue delivers anything again after 14 days. */
  ["applied", "applied_at", 15 * day],
  ["failures", "failed_at", 15 * day],
  ["mails", "updated_at", 30 * day],
  /** The provider sends nothing again after three days. */
  ["payment_events", "received_at", 90 * day],
  ["mailbox", "created_at", 7 * day],
  ["dead_letters", "failed_at", 90 * day],
  ["jobs", "finished_at", 30 * day],
  ["job_logs", "at", 30 * day],
] as const;

const chunk = 1_000;

/** Forgets what is old enough, a thousand rows at a time, for at most `within` milliseconds. */
export async function forgetOld(
  ctx: Context<null>,
  now = Date.now(),
  within = 20 * second,
): Promise<void> {
  const end = Date.now() + within;
  for (const [table, column, age] of kept) {
    let deleted: number;
    do {
      const result = await ctx.database.repeatable.run(oldest(table, column, now - age));
      deleted = result.meta.changes;
    } while (deleted === chunk && Date.now() < end);
  }
}

export const oldest = (table: string, column: string, before: number) => {
  const [from, time] = [sql.identifier(table), sql.identifier(column)];
  return sql`DELETE FROM ${from} WHERE rowid IN
    (SELECT rowid FROM ${from} WHERE ${time} IS NOT NULL AND ${time} < ${before} LIMIT ${chunk})`;
};
