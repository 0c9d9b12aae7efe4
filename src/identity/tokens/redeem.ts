import { and, eq, gt, inArray, isNull, sql } from "drizzle-orm";
import type { BatchItem } from "drizzle-orm/batch";
import type { AnyContext } from "../../data/context";
import { demand, isUnmet } from "../../data/demand";
import { equal, sha256 } from "../../lib/crypto";
import type { Purpose } from "./oneTime";
import { refuse } from "./problems";
import { oneTimeTokens } from "./tables";

const shape = /^([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})\.([\w-]{43})$/;

export type Redeemable = {
  userId: string;
  address: string;
  createdAt: number;
  /** First in the batch that holds the effect: of all batches with one token, one runs. */
  redeemed: readonly [BatchItem<"sqlite">, BatchItem<"sqlite">];
};

/**
 * Whom a mailed token speaks for. Reading redeems nothing.
 * @throws {Problem} `invalid_link` if we never made it, `link_expired` if it was used or is too old
 */
export async function readOneTimeToken(
  ctx: AnyContext,
  purpose: Purpose,
  token: string,
  now = Date.now(),
): Promise<Redeemable> {
  const [, id, secret] = shape.exec(token) ?? [];
  if (!id || !secret) throw refuse("invalid_link");
  const row = await ctx.db
    .select()
    .from(oneTimeTokens)
    .where(and(eq(oneTimeTokens.id, id), eq(oneTimeTokens.purpose, purpose)))
    .get();
  if (!row || !equal(await sha256(secret), row.hash)) throw refuse("invalid_link");
  if (row.usedAt !== null || row.expiresAt <= now) throw refuse("link_expired");
  const { userId, address, createdAt } = row;
  const used = ctx.db
    .update(oneTimeTokens)
    .set({ usedAt: now })
    .where(
      and(eq(oneTimeTokens.id, id), isNull(oneTimeTokens.usedAt), gt(oneTimeTokens.expiresAt, now)),
    );
  return { userId, address, createdAt, redeemed: [used, demandChange(ctx)] };
}

/** Breaks the batch unless the statement before it changed something. */
export const demandChange = (ctx: AnyContext) => demand(ctx, sql`changes() > 0`);

/** Turns the break of a batch whose token was used up by another into the problem it is. */
export function refuseUsed(error: unknown): never {
  throw isUnmet(error) ? refuse("link_expired") : error;
}

/** Uses up whatever else was mailed to a person for these purposes. */
export const voidTokens = (ctx: AnyContext, userId: string, purposes: Purpose[]) =>
  ctx.db
    .update(oneTimeTokens)
    .set({ usedAt: Date.now() })
    .where(
      and(
        eq(oneTimeTokens.userId, userId),
        inArray(oneTimeTokens.purpose, purposes),
        isNull(oneTimeTokens.usedAt),
      ),
    );
