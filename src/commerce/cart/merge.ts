import { sql } from "drizzle-orm";
import type { Db } from "../../data/database";
import type { Consumer } from "../../jobs/consume";
import { mostLines } from "./limits";
import { cartLines, carts } from "./tables";

type Merge = { guestId: string; userId: string };

/**
 * Moves a guest's cart into the user's, as one transaction: of what both hold, the larger quantity
 * counts. A second run finds nothing to move. The user is told on the next look at the cart.
 */
export function mergeCarts(db: Db, { guestId, userId }: Merge) {
  const now = Date.now();
  const isOther = sql`${guestId} <> ${userId}`;
  return [
    db
      .insert(carts)
      .select(
        sql`SELECT ${userId}, NULL, 0, ${now}, ${now} WHERE ${isOther}
          AND EXISTS (SELECT 1 FROM carts WHERE user_id = ${guestId})`,
      )
      .onConflictDoNothing(),
    db
      .insert(cartLines)
      .select(
        sql`SELECT ${userId}, variant_id, quantity, seen_prices, seen_left, 0, added_at FROM (
          SELECT g.*, u.user_id IS NOT NULL AS both, count(*) FILTER (WHERE u.user_id IS NULL)
            OVER (ORDER BY g.added_at, g.variant_id) AS place
          FROM cart_lines g LEFT JOIN cart_lines u
            ON u.user_id = ${userId} AND u.variant_id = g.variant_id
          WHERE g.user_id = ${guestId} AND ${isOther})
        WHERE both OR place + (SELECT count(*) FROM cart_lines WHERE user_id = ${userId})
          <= ${mostLines}`,
      )
      .onConflictDoUpdate({
        target: [cartLines.userId, cartLines.variantId],
        set: {
          quantity: sql`excluded.quantity`,
          seenLeft: null,
          seenQuantity: sql`coalesce(${cartLines.seenQuantity}, ${cartLines.quantity})`,
        },
        setWhere: sql`excluded.quantity > ${cartLines.quantity}`,
      }),
    db
      .update(carts)
      .set({
        code: sql`coalesce(${carts.code}, (SELECT code FROM carts WHERE user_id = ${guestId}))`,
        version: sql`${carts.version} + 1`,
        updatedAt: now,
      })
      .where(
        sql`${carts.userId} = ${userId} AND ${isOther}
          AND EXISTS (SELECT 1 FROM carts WHERE user_id = ${guestId})`,
      ),
    db.delete(cartLines).where(sql`${cartLines.userId} = ${guestId} AND ${isOther}`),
    db.delete(carts).where(sql`${carts.userId} = ${guestId} AND ${isOther}`),
  ] as const;
}

export const mergeGuestCart: Consumer<"guest.merged"> = (ctx, { payload }, once) =>
  ctx.db.batch([once, ...mergeCarts(ctx.db, payload)]);
