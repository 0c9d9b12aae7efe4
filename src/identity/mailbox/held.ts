import { and, eq, gt, isNull, ne, notExists, sql } from "drizzle-orm";
import type { AnyContext } from "../../data/context";
import { demand } from "../../data/demand";
import { oneTimeTokens } from "../tokens/tables";

/**
 * An address that an account has just given up is held for it as long as that can be undone: nobody
 * can bar the way back by taking it. `userId` is whoever may have it all the same. The purpose is
 * no parameter, for SQLite would not use the index then.
 */
export const holds = (ctx: AnyContext, address: string, userId: string) =>
  ctx.db
    .select({ yes: sql`1` })
    .from(oneTimeTokens)
    .where(
      and(
        sql`${oneTimeTokens.purpose} = 'undo_email'`,
        eq(oneTimeTokens.address, address),
        ne(oneTimeTokens.userId, userId),
        isNull(oneTimeTokens.usedAt),
        gt(oneTimeTokens.expiresAt, Date.now()),
      ),
    );

/** Breaks the batch of an account that takes an address which is held for another. */
export const demandFree = (ctx: AnyContext, address: string, userId: string) =>
  demand(ctx, notExists(holds(ctx, address, userId)));

export const isHeld = async (ctx: AnyContext, address: string, userId: string) =>
  (await holds(ctx, address, userId).limit(1)).length > 0;
