import { MoneyError } from "../../lib/amounts";
import { presentImage } from "../media/view";
import { type QuoteInput, quoteCart } from "../quote";
import { type LoadedCart, type LoadedLine, quoteInput } from "./load";
import type { Cart, CartChange, CartLine } from "./schema";

type Priced = ReturnType<typeof priceWherever>;
const nothing = { gross: 0, discount: 0, tax: 0, total: 0 };

/** The answer: what can be bought is priced, the rest is shown beside it. */
export function presentCart(cart: LoadedCart, changes: CartChange[]): Cart {
  const buyable = cart.lines.filter(({ state }) => state === "available" || state === "too_few");
  const priced = priceIfExact(quoteInput(cart, buyable));
  const names = new Map(cart.lines.map((line) => [line.merchantId, line.merchantName]));
  return {
    currency: cart.currency,
    country: cart.country as Cart["country"],
    lines: cart.lines.map((line) => presentLine(line, priced)),
    code: cart.code,
    promotions: priced?.explanation.promotions.map(presentOutcome) ?? [],
    merchants:
      priced?.quote.merchants.map(({ merchantId, shipping, tax, taxIncluded, total }) => ({
        merchantId,
        name: names.get(merchantId) ?? "",
        ships: !priced.undeliverable.includes(merchantId),
        shipping: shipping.amount,
        shippingDiscount: shipping.discount,
        tax,
        taxIncluded,
        total,
      })) ?? [],
    totals: priced && totalsOf(priced),
    changes,
    version: cart.version,
  };
}

/** Null if a sum is beyond exact numbers; the cart can still be looked at and made smaller. */
function priceIfExact(input: QuoteInput): Priced | null {
  try {
    return priceWherever(input);
  } catch (error) {
    if (error instanceof MoneyError) return null;
    throw error;
  }
}

/** Merchants that do not ship there count without shipping, and are named. */
function priceWherever(input: QuoteInput) {
  const first = quoteCart(input);
  if ("quote" in first) return { ...first, undeliverable: [] };
  const merchants = new Map(input.merchants);
  for (const id of first.undeliverable)
    merchants.set(id, { ...merchants.get(id)!, shippingRates: [] });
  const second = quoteCart({ ...input, merchants });
  if (!("quote" in second)) throw new Error("a merchant without shipping rates ships everywhere");
  return { ...second, undeliverable: first.undeliverable };
}

function totalsOf({ quote }: Priced): Cart["totals"] {
  const { gross, discount, shipping, shippingDiscount, tax, taxIncluded, total } = quote.totals;
  return { gross, discount, shipping, shippingDiscount, tax, taxIncluded, total };
}

function presentLine(line: LoadedLine, priced: Priced | null): CartLine {
  const { variantId, cover, oversell, available } = line;
  const found = priced?.quote.lines.find((one) => one.variantId === variantId);
  const explained = priced?.explanation.lines.find((one) => one.variantId === variantId);
  const { gross, discount, tax, total } = found ?? nothing;
  return {
    variantId,
    sku: line.sku,
    productId: line.productId,
    merchantId: line.merchantId,
    merchantName: line.merchantName,
    title: line.title,
    variantTitle: line.variantTitle,
    options: line.options,
    image: cover === null ? null : presentImage(JSON.parse(cover)),
    quantity: line.quantity,
    state: line.state,
    available: oversell === "deny" ? Math.max(available, 0) : null,
    unitPrice: line.unitPrice && { ...line.unitPrice },
    lowestBefore: line.lowestBefore && { ...line.lowestBefore },
    ...{ gross, discount, tax, total },
    promotions: explained?.promotions.map((one) => ({ ...one })) ?? [],
  };
}

type Outcome = Priced["explanation"]["promotions"][number];

/** A promotion that ships free gives what shipping costs as well; the merchants say how much that is. */
const presentOutcome = (outcome: Outcome): Cart["promotions"][number] => {
  if (!outcome.applied) return { ...outcome };
  return { ...outcome, freeShipping: [...outcome.freeShipping] };
};
