import { env } from "cloudflare:workers";
import { and, eq, lt } from "drizzle-orm";
import type { Context } from "../../data/context";
import { describe, log } from "../../http/log";
import { minute } from "../../lib/time";
import { checkouts } from "./tables";

/** Wakes checkouts that ought to have ended by themselves, should their alarm have been lost. */
export async function wakeOldCheckouts(ctx: Context<null>, limit = 50): Promise<void> {
  const overdue = Date.now() - (Number(env.CHECKOUT_MINUTES) + 10) * minute;
  const old = await ctx.db
    .select({ id: checkouts.id })
    .from(checkouts)
    .where(and(eq(checkouts.state, "live"), lt(checkouts.createdAt, overdue)))
    .orderBy(checkouts.createdAt)
    .limit(limit);
  for (const { id } of old)
    await env.CHECKOUT.getByName(id)
      .wake()
      .catch((error) => log("warn", "checkout_unwoken", { id, error: describe(error) }));
}
