import { sql } from "drizzle-orm";
import type { Context } from "../../data/context";
import type { Currency } from "../../lib/currencies";
import { variants } from "../catalog/tables";
import { promotions, promotionTermsView } from "../promotions/tables";
import { shippingRates, shippingRateView, taxRates, taxRateView } from "../shipping/tables";
import { cartLines } from "./tables";

type Priced = { currency: Currency; amount: number; lowestBefore: number | null };

/** Where to, if that is known, and a code that is entered beside the cart's own. */
export type Reading = { country: string | null; code?: string | undefined };

const cover = sql<string | null>`(SELECT json_object('id', i.id, 'key', i.key, 'alt', i.alt,
  'width', i.width, 'height', i.height) FROM product_images i WHERE i.product_id = p.id
  ORDER BY i.position, i.id LIMIT 1)`;

const offers = sql<string>`(SELECT json_group_array(json_object('currency', r.currency,
  'amount', r.amount, 'lowestBefore', r.lowest_before)) FROM prices r WHERE r.variant_id = v.id)`;

/** All that a cart costs follows from, as the statements of one batch: `assemble` takes the results. */
export function readsOfCart(ctx: Context, { country, code }: Reading) {
  const me = ctx.actor.id;
  const zones = sql`(${country ?? "*"}, '*')`;
  const sellers = sql`(SELECT v.merchant_id FROM cart_lines l JOIN variants v
    ON v.id = l.variant_id WHERE l.user_id = ${me})`;
  const codes = sql`(${code ?? null}, (SELECT code FROM carts WHERE user_id = ${me}))`;
  const relevant = sql`(
    SELECT id FROM promotions WHERE status = 'active' AND code IS NULL AND merchant_id IS NULL
    UNION ALL SELECT id FROM promotions
      WHERE status = 'active' AND code IS NULL AND merchant_id IN ${sellers}
    UNION ALL SELECT id FROM promotions WHERE code IS NOT NULL AND code IN ${codes}
      AND status <> 'archived' AND (merchant_id IS NULL OR merchant_id IN ${sellers}))`;
  return [
    ctx.db
      .select({
        currency: sql<string>`u.currency`.as("own_currency"),
        code: sql<string | null>`c.code`.as("code"),
        version: sql<number>`coalesce(c.version, 0)`.as("version"),
      })
      .from(sql`users u LEFT JOIN carts c ON c.user_id = u.id`)
      .where(sql`u.id = ${me}`),
    ctx.db
      .select({
        variantId: sql<string>`l.variant_id`.as("variant_id"),
        quantity: sql<number>`l.quantity`.as("quantity"),
        seenPrices: sql`l.seen_prices`.mapWith(cartLines.seenPrices).as("seen_prices"),
        seenLeft: sql<number | null>`l.seen_left`.as("seen_left"),
        seenQuantity: sql<number | null>`l.seen_quantity`.as("seen_quantity"),
        productId: sql<string>`p.id`.as("product_id"),
        merchantId: sql<string>`m.id`.as("merchant_id"),
        merchantName: sql<string>`m.name`.as("merchant_name"),
        commission: sql<number>`m.commission_basis_points`.as("commission"),
        sku: sql<string>`v.sku`.as("sku"),
        title: sql<string>`p.title`.as("title"),
        variantTitle: sql<string>`v.title`.as("variant_title"),
        options: sql`v.options`.mapWith(variants.options).as("options"),
        weightGrams: sql<number>`v.weight_grams`.as("weight_grams"),
        oversell: sql`v.oversell`.mapWith(variants.oversell).as("oversell"),
        available: sql<number>`coalesce(i.available, 0)`.as("available"),
        forSale: sql<number>`p.status = 'active' AND m.paused_at IS NULL AND v.archived_at IS NULL`
          .mapWith(Boolean)
          .as("for_sale"),
        categoryPath: sql<string | null>`k.path`.as("category_path"),
        prices: offers.mapWith((text: string) => JSON.parse(text) as Priced[]).as("prices"),
        cover: cover.as("cover"),
      })
      .from(
        sql`cart_lines l JOIN variants v ON v.id = l.variant_id
          JOIN products p ON p.id = v.product_id JOIN merchants m ON m.id = p.merchant_id
          LEFT JOIN categories k ON k.id = p.category_id
          LEFT JOIN inventory i ON i.variant_id = v.id`,
      )
      .where(sql`l.user_id = ${me}`)
      .orderBy(sql`l.added_at, l.variant_id`),
    ctx.db
      .select({
        ...promotionTermsView,
        uses: sql<number>`coalesce((SELECT held + used FROM promotion_customers
          WHERE customer_id = ${me} AND promotion_id = promotions.id), 0)`.as("uses"),
      })
      .from(promotions)
      .where(sql`${promotions.id} IN ${relevant}`),
    ctx.db
      .select({ ...taxRateView, merchantId: taxRates.merchantId })
      .from(taxRates)
      .where(sql`${taxRates.merchantId} IN ${sellers} AND ${taxRates.country} IN ${zones}`),
    // Beside the rates for there, any one of each merchant: who has none at all ships for nothing.
    ctx.db
      .select({ ...shippingRateView, merchantId: shippingRates.merchantId })
      .from(shippingRates)
      .where(
        sql`${shippingRates.merchantId} IN ${sellers} AND (${shippingRates.country} IN ${zones}
          OR ${shippingRates.id} = (SELECT s.id FROM shipping_rates s
            WHERE s.merchant_id = ${shippingRates.merchantId} LIMIT 1))`,
      ),
  ] as const;
}

export type CartRows = {
  [K in keyof ReturnType<typeof readsOfCart>]: Awaited<ReturnType<typeof readsOfCart>[K]>;
};
export type LineRow = CartRows[1][number];
