import { sql } from "drizzle-orm";
import type { Context } from "../../data/context";
import type { LoadedCart, LoadedLine } from "./load";
import type { CartChange } from "./schema";
import { cartLines, type SeenPrices } from "./tables";

type News = { line: LoadedLine; prices: SeenPrices; left: number | null; changes: CartChange[] };

/** What the customer has not been told yet of one line, and what they will have seen after that. */
export function newsOf(line: LoadedLine): News {
  const { variantId, unitPrice, quantity, seenPrices, seenLeft, seenQuantity } = line;
  const changes: CartChange[] = [];
  if (seenQuantity !== null)
    changes.push({ kind: "merged", variantId, before: seenQuantity, now: quantity });
  const before = unitPrice && seenPrices[unitPrice.currency];
  if (unitPrice && before !== null && before !== undefined && before !== unitPrice.amount) {
    const was = { ...unitPrice, amount: before };
    changes.push({ kind: "price_changed", variantId, before: was, now: unitPrice });
  }
  const left = leftOf(line);
  if (left !== seenLeft) changes.push(changeOfStock(variantId, left));
  const prices = Object.fromEntries(line.prices.map((one) => [one.currency, one.amount]));
  return { line, prices, left, changes };
}

/** Units left while there are too few, −1 for what is not for sale, null for enough. */
function leftOf({ forSale, oversell, available, quantity }: LoadedLine): number | null {
  if (!forSale) return -1;
  return oversell !== "deny" || available >= quantity ? null : Math.max(available, 0);
}

function changeOfStock(variantId: string, left: number | null): CartChange {
  if (left === null) return { kind: "available_again", variantId };
  if (left < 0) return { kind: "gone", variantId };
  if (left === 0) return { kind: "sold_out", variantId };
  return { kind: "less_available", variantId, available: left };
}

/** Tells each change to one reader: of two who ask at once, the one whose write finds it untold. */
export async function tellChanges(ctx: Context, { lines }: LoadedCart): Promise<CartChange[]> {
  const news = lines.map(newsOf).filter(({ changes }) => changes.length > 0);
  if (news.length === 0) return [];
  const seen = news.map(({ line, prices, left }) => ({
    id: line.variantId,
    prices,
    left,
    oldPrices: line.seenPrices,
    oldLeft: line.seenLeft,
    oldQuantity: line.seenQuantity,
  }));
  const told = await ctx.db
    .update(cartLines)
    .set({
      seenPrices: sql`j.value->'prices'`,
      seenLeft: sql`j.value->>'left'`,
      seenQuantity: null,
    })
    .from(sql`json_each(${JSON.stringify(seen)}) j`)
    .where(
      sql`${cartLines.userId} = ${ctx.actor.id} AND ${cartLines.variantId} = j.value->>'id'
        AND (json(${cartLines.seenPrices}), ${cartLines.seenLeft}, ${cartLines.seenQuantity})
          IS (j.value->'oldPrices', j.value->>'oldLeft', j.value->>'oldQuantity')`,
    )
    .returning({ variantId: cartLines.variantId });
  const ids = new Set(told.map(({ variantId }) => variantId));
  return news.flatMap(({ line, changes }) => (ids.has(line.variantId) ? changes : []));
}
