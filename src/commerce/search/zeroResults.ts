import { desc, sql } from "drizzle-orm";
import type { AnyContext, Context } from "../../data/context";
import { describe, log } from "../../http/log";
import { afterCursor, type Page, type PageQuery, pageOf } from "../../http/page";
import { day, iso } from "../../lib/time";
import { zeroResults } from "./documents";
import type { ZeroResult } from "./schema";
import type { Term } from "./terms";

/** Counts what was looked for in vain, by its plain words. It never keeps an answer waiting. */
export async function noteZeroResult(ctx: AnyContext, terms: readonly Term[]): Promise<void> {
  const now = Date.now();
  const query = terms
    .map(({ word }) => word)
    .join(" ")
    .slice(0, 100);
  await ctx.search.db
    .insert(zeroResults)
    .values({ query, count: 1, firstAt: now, lastAt: now })
    .onConflictDoUpdate({
      target: zeroResults.query,
      set: { count: sql`${zeroResults.count} + 1`, lastAt: now },
    })
    .catch((error) => log("warn", "zero_result_unkept", { error: describe(error) }));
}

/** The most wanted first. */
export async function listZeroResults(
  ctx: Context,
  { limit, cursor }: PageQuery,
): Promise<Page<ZeroResult>> {
  const after = await afterCursor<readonly [number, string]>("zero-results", cursor);
  const { count, query } = zeroResults;
  const rows = await ctx.search.db
    .select()
    .from(zeroResults)
    .where(after ? sql`(${count}, ${query}) < (${after[0]}, ${after[1]})` : undefined)
    .orderBy(desc(count), desc(query))
    .limit(limit + 1);
  const page = await pageOf("zero-results", rows, limit, (last) => [last.count, last.query]);
  const items = page.items.map(({ firstAt, lastAt, ...row }) => {
    return { ...row, firstAt: iso(firstAt), lastAt: iso(lastAt) };
  });
  return { ...page, items };
}

const kept = 90 * day;
const chunk = 1_000;

/** Forgets what nobody has looked for in ninety days, a thousand at a time. */
export async function forgetZeroResults(ctx: AnyContext, now = Date.now()): Promise<void> {
  for (let deleted = chunk; deleted === chunk; ) {
    const result = await ctx.search.repeatable.run(
      sql`DELETE FROM zero_results WHERE query IN
        (SELECT query FROM zero_results WHERE last_at < ${now - kept} LIMIT ${chunk})`,
    );
    deleted = result.meta.changes;
  }
}
