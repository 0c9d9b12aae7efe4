import { sql } from "drizzle-orm";
import type { Context } from "../../data/context";
import { isExpected, whyUnexpected } from "./edit";
import { cartLines, carts } from "./tables";

/** Takes everything out, the code too. */
export async function emptyCart(ctx: Context): Promise<void> {
  const me = ctx.actor.id;
  const [, emptied] = await ctx.db.batch([
    ctx.db.delete(cartLines).where(sql`${cartLines.userId} = ${me} AND ${isExpected(ctx)}`),
    ctx.db
      .update(carts)
      .set({ code: null, version: sql`${carts.version} + 1`, updatedAt: Date.now() })
      .where(sql`${carts.userId} = ${me} AND ${isExpected(ctx)}`)
      .returning({ version: carts.version }),
  ]);
  const problem = emptied.length === 0 ? await whyUnexpected(ctx) : null;
  if (problem) throw problem;
}
