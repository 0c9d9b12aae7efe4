import type { Context } from "../../data/context";
import { type Currency, isCurrency } from "../../lib/currencies";
import type { Money } from "../../lib/money";
import type { MerchantTerms, QuotedItem, QuoteInput } from "../quote";
import { type CartRows, type LineRow, type Reading, readsOfCart } from "./read";
import type { LineState } from "./schema";

export type LoadedLine = LineRow & {
  readonly state: LineState;
  readonly unitPrice: Money | null;
  /** While the price is reduced: the lowest of the 30 days before. */
  readonly lowestBefore: Money | null;
  /** The product's category first, then its ancestors up to the root. */
  readonly categoryIds: readonly string[];
};

export type LoadedCart = {
  readonly version: number;
  readonly code: string | null;
  readonly currency: Currency;
  readonly country: string | null;
  readonly lines: readonly LoadedLine[];
  readonly promotions: CartRows[2];
  readonly merchants: ReadonlyMap<string, MerchantTerms>;
};

export type Wish = Reading & { currency?: Currency | undefined };

/** The cart of whoever asks, with all that its price follows from; one round trip. */
export async function loadCart(ctx: Context, wish: Wish): Promise<LoadedCart> {
  const rows = await ctx.db.batch(readsOfCart(ctx, wish));
  return assemble(rows as unknown as CartRows, wish);
}

export function assemble(rows: CartRows, wish: Wish): LoadedCart {
  const [[head], lineRows, promotions, taxes, shipping] = rows;
  const currency = wish.currency ?? chooseCurrency(lineRows, head?.currency ?? "");
  const lines = lineRows.map((row) => loadLine(row, currency));
  const merchants = new Map(
    lines.map(({ merchantId, commission }) => [
      merchantId,
      {
        commissionRate: commission,
        taxRates: taxes.filter((rate) => rate.merchantId === merchantId),
        shippingRates: shipping.filter((rate) => rate.merchantId === merchantId),
      },
    ]),
  );
  return {
    version: head?.version ?? 0,
    code: head?.code ?? null,
    currency,
    country: wish.country,
    lines,
    promotions,
    merchants,
  };
}

/** What `quoteCart` takes, for the lines that are to be bought. Zone `*` stands for an unknown country. */
export function quoteInput(cart: LoadedCart, lines: readonly LoadedLine[]): QuoteInput {
  return {
    currency: cart.currency,
    lines: lines.flatMap(quotedItem),
    promotions: cart.promotions,
    merchants: cart.merchants,
    destination: { country: cart.country ?? "*" },
    customer: { uses: new Map(cart.promotions.map(({ id, uses }) => [id, uses])) },
    now: Date.now(),
  };
}

function quotedItem(line: LoadedLine): QuotedItem[] {
  const { unitPrice, lowestBefore, weightGrams } = line;
  if (!unitPrice) return [];
  const { merchantId, productId, variantId, categoryIds, quantity } = line;
  return [
    {
      merchantId,
      productId,
      variantId,
      categoryIds,
      quantity,
      unitPrice,
      compareAt: lowestBefore,
      weight: weightGrams,
    },
  ];
}

function loadLine(row: LineRow, currency: Currency): LoadedLine {
  const price = row.prices.find((one) => one.currency === currency);
  const money = (amount: number | null | undefined) =>
    typeof amount === "number" ? { amount, currency } : null;
  return {
    ...row,
    state: stateOf(row, price !== undefined),
    unitPrice: money(price?.amount),
    lowestBefore: money(price?.lowestBefore),
    categoryIds: row.categoryPath?.split("/").reverse() ?? [],
  };
}

function stateOf({ forSale, oversell, available, quantity }: LineRow, priced: boolean): LineState {
  if (!forSale) return "gone";
  if (!priced) return "not_in_currency";
  if (oversell !== "deny" || available >= quantity) return "available";
  return available > 0 ? "too_few" : "sold_out";
}

/** One's own if everything is priced in it; else the one that most lines are priced in. */
function chooseCurrency(lines: readonly LineRow[], own: string): Currency {
  const count = new Map<Currency, number>();
  for (const { forSale, prices } of lines)
    for (const { currency } of prices)
      if (forSale) count.set(currency, (count.get(currency) ?? 0) + 1);
  const best = [...count].sort(
    ([a, m], [b, n]) => n - m || Number(b === own) - Number(a === own) || (a < b ? -1 : 1),
  );
  return best[0]?.[0] ?? (isCurrency(own) ? own : "USD");
}
