import { sql } from "drizzle-orm";
import type { AnyContext } from "../../data/context";
import { day, second } from "../../lib/time";

const chunk = 1_000;
/** Days after which a row is of no use: a session lives 30, a mailed token 7, a challenge minutes. */
const kept = [
  ["sessions", 37],
  ["one_time_tokens", 8],
  ["spent_challenges", 1],
] as const;

/** Every night: forgets old sessions, mailed tokens and challenges, for at most `within` milliseconds. */
export async function pruneSessions(
  ctx: AnyContext,
  now = Date.now(),
  within = 20 * second,
): Promise<void> {
  const end = Date.now() + within;
  for (const [table, days] of kept) {
    const from = sql.identifier(table);
    let deleted: number;
    do {
      const { meta } = await ctx.database.repeatable.run(sql`DELETE FROM ${from} WHERE id IN
        (SELECT id FROM ${from} WHERE id < ${firstIdAt(now - days * day)} LIMIT ${chunk})`);
      deleted = meta.changes;
    } while (deleted === chunk && Date.now() < end);
  }
}

/** Ids begin with the time at which they were made (RFC 9562), so no other index is needed. */
function firstIdAt(time: number): string {
  const hex = time.toString(16).padStart(12, "0");
  return `${hex.slice(0, 8)}-${hex.slice(8)}`;
}
