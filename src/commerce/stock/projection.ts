import { and, eq, lt } from "drizzle-orm";
import { systemContext } from "../../data/context";
import { commit, emit, send } from "../../data/outbox";
import { invalidate } from "../../http/cache";
import { relistStock } from "../catalog/listings";
import { inventory, variants } from "../catalog/tables";
import { tags } from "../catalog/tags";
import { availableOf, type Level } from "./stock";

/** At or below this many the merchant is told. */
const low = 5;
/** Below this many a buyer sees every change at once; above, within a minute. */
const shownExactly = 20;
/** What `inventory` says of a variant that is not counted. */
export const uncounted = 999_999_999;

const shownOf = (level: Level) => availableOf(level) ?? uncounted;

/** What the catalogue says of a variant that no object has taken over yet. Unknown variants have nothing. */
export async function firstLevel(variantId: string): Promise<Level> {
  const { db } = systemContext();
  const row = await db
    .select({ onHand: inventory.available, oversell: variants.oversell })
    .from(variants)
    .innerJoin(inventory, eq(inventory.variantId, variants.id))
    .where(eq(variants.id, variantId))
    .get();
  const none = { onHand: 0, oversell: "deny" as const };
  return { ...none, ...row, held: 0, promised: 0, owed: 0, backorderLimit: 0 };
}

/**
 * Writes what is available into D1, unless a later version is there already. Whoever listens is
 * told when a variant runs low, sells out or comes back.
 */
export async function project(variantId: string, level: Level & { version: number }) {
  const ctx = systemContext();
  const available = shownOf(level);
  const { version } = level;
  const known = eq(inventory.variantId, variantId);
  const rising = and(known, lt(inventory.version, version));
  const before = await ctx.db
    .select({
      available: inventory.available,
      productId: variants.productId,
      merchantId: variants.merchantId,
    })
    .from(inventory)
    .innerJoin(variants, eq(variants.id, inventory.variantId))
    .where(known)
    .get();
  const news = newsOf(before?.available ?? 0, available);
  await commit(ctx, [
    ctx.db.update(inventory).set({ available, version }).where(rising),
    ...(news ? [emit(ctx, "stock.changed", { variantId, available, news, version })] : []),
    relistStock(ctx, [variantId]),
  ]);
  if (before && (news || available < shownExactly)) {
    const lists = news ? [tags.catalogue, tags.merchant(before.merchantId)] : [];
    invalidate(ctx, tags.product(before.productId), ...lists);
  }
  await send(ctx);
}

/** What a change means to people; most mean nothing. */
export function newsOf(before: number, now: number): "low" | "sold_out" | "back" | null {
  if (before > 0 && now <= 0) return "sold_out";
  if (before <= 0 && now > 0) return "back";
  return before > low && now <= low ? "low" : null;
}
