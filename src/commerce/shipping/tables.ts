import { sql } from "drizzle-orm";
import { check, integer, sqliteTable, text, uniqueIndex } from "drizzle-orm/sqlite-core";
import { currencies } from "../../lib/currencies";
import type { ShippingCost, Zone } from "./schema";

/** A merchant's tax table: one row per zone and category, one general row per zone. */
export const taxRates = sqliteTable(
  "tax_rates",
  {
    id: text().primaryKey(),
    merchantId: text("merchant_id").notNull(),
    country: text().$type<Zone>().notNull(),
    categoryId: text("category_id"),
    basisPoints: integer("basis_points").notNull(),
    inclusive: integer({ mode: "boolean" }).notNull(),
    taxesShipping: integer("taxes_shipping", { mode: "boolean" }).notNull(),
    createdAt: integer("created_at").notNull(),
    updatedAt: integer("updated_at").notNull(),
  },
  (t) => [
    check("tax_rate_basis_points", sql`${t.basisPoints} BETWEEN 0 AND 10000`),
    check("tax_rate_shipping", sql`${t.categoryId} IS NULL OR ${t.taxesShipping} = 0`),
    uniqueIndex("tax_rates_category").on(t.merchantId, t.country, t.categoryId),
    uniqueIndex("tax_rates_general").on(t.merchantId, t.country).where(sql`category_id IS NULL`),
  ],
);

/** A merchant's shipping table: one row per zone and currency, `freeAbove` in its minor units. */
export const shippingRates = sqliteTable(
  "shipping_rates",
  {
    id: text().primaryKey(),
    merchantId: text("merchant_id").notNull(),
    country: text().$type<Zone>().notNull(),
    currency: text({ enum: currencies }).notNull(),
    cost: text({ mode: "json" }).$type<ShippingCost>().notNull(),
    freeAbove: integer("free_above"),
    createdAt: integer("created_at").notNull(),
    updatedAt: integer("updated_at").notNull(),
  },
  (t) => [
    check("shipping_rate_free_above", sql`${t.freeAbove} > 0`),
    uniqueIndex("shipping_rates_zone").on(t.merchantId, t.country, t.currency),
  ],
);

/** What the quote reads and the merchant sees: a row is a `TaxTerms`. */
export const taxRateView = {
  id: taxRates.id,
  country: taxRates.country,
  categoryId: taxRates.categoryId,
  basisPoints: taxRates.basisPoints,
  inclusive: taxRates.inclusive,
  taxesShipping: taxRates.taxesShipping,
};

/** What the quote reads: a row is a `ShippingTerms`. */
export const shippingRateView = {
  id: shippingRates.id,
  country: shippingRates.country,
  currency: shippingRates.currency,
  cost: shippingRates.cost,
  freeAbove: shippingRates.freeAbove,
};
