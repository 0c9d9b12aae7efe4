import { sql } from "drizzle-orm";
import {
  type AnySQLiteColumn,
  check,
  index,
  integer,
  primaryKey,
  sqliteTable,
  text,
  uniqueIndex,
} from "drizzle-orm/sqlite-core";
import { users } from "../../identity/users/tables";
import { currencies } from "../../lib/currencies";
import { merchants } from "../merchants/tables";
import { oversells, statuses } from "./choices";

/** A tree. `path` holds the ids from the root to this one, with a slash between them. */
export const categories = sqliteTable(
  "categories",
  {
    id: text().primaryKey(),
    parentId: text("parent_id").references((): AnySQLiteColumn => categories.id),
    slug: text().notNull(),
    name: text().notNull(),
    path: text().notNull(),
    position: integer().notNull(),
    createdAt: integer("created_at").notNull(),
    updatedAt: integer("updated_at").notNull(),
    version: integer().notNull().default(1),
  },
  (t) => [
    uniqueIndex("categories_slug").on(t.slug),
    uniqueIndex("categories_path").on(t.path),
    index("categories_by_parent").on(t.parentId),
  ],
);

export const products = sqliteTable(
  "products",
  {
    id: text().primaryKey(),
    merchantId: text("merchant_id")
      .notNull()
      .references(() => merchants.id),
    title: text().notNull(),
    description: text().notNull(),
    categoryId: text("category_id").references(() => categories.id),
    tags: text({ mode: "json" }).$type<string[]>().notNull(),
    status: text({ enum: statuses }).notNull(),
    featured: integer({ mode: "boolean" }).notNull(),
    ratingSum: integer("rating_sum").notNull().default(0),
    ratingCount: integer("rating_count").notNull().default(0),
    /** Units in paid orders. */
    sold: integer().notNull().default(0),
    createdAt: integer("created_at").notNull(),
    updatedAt: integer("updated_at").notNull(),
    version: integer().notNull().default(1),
  },
  (t) => [
    check("products_status", sql`${t.status} IN ('draft', 'active', 'archived')`),
    check("products_rating", sql`${t.ratingSum} BETWEEN ${t.ratingCount} AND 5 * ${t.ratingCount}`),
    index("products_by_merchant").on(t.merchantId, t.id),
    index("products_by_category").on(t.categoryId),
  ],
);

/** A SKU names one variant of its merchant for ever, so that orders and stock can trust it. */
export const variants = sqliteTable(
  "variants",
  {
    id: text().primaryKey(),
    productId: text("product_id")
      .notNull()
      .references(() => products.id),
    merchantId: text("merchant_id").notNull(),
    sku: text().notNull(),
    title: text().notNull(),
    options: text({ mode: "json" }).$type<Record<string, string>>().notNull(),
    weightGrams: integer("weight_grams").notNull(),
    oversell: text({ enum: oversells }).notNull(),
    position: integer().notNull(),
    archivedAt: integer("archived_at"),
    createdAt: integer("created_at").notNull(),
    updatedAt: integer("updated_at").notNull(),
  },
  (t) => [
    check("variants_oversell", sql`${t.oversell} IN ('deny', 'backorder', 'untracked')`),
    check("variants_weight", sql`${t.weightGrams} >= 0`),
    uniqueIndex("variants_sku").on(t.merchantId, t.sku),
    index("variants_by_product").on(t.productId, t.position),
    index("variants_by_sku").on(t.sku),
  ],
);

/** Minor units. `lowestBefore` is there while the price is a reduction: the lowest of the 30 days before it. */
export const prices = sqliteTable(
  "prices",
  {
    variantId: text("variant_id")
      .notNull()
      .references(() => variants.id),
    currency: text({ enum: currencies }).notNull(),
    amount: integer().notNull(),
    since: integer().notNull(),
    lowestBefore: integer("lowest_before"),
  },
  (t) => [
    primaryKey({ columns: [t.variantId, t.currency] }),
    check("prices_amount", sql`${t.amount} > 0`),
  ],
);

/** What was asked before: a row for each price that ended. */
export const priceHistory = sqliteTable(
  "price_history",
  {
    variantId: text("variant_id")
      .notNull()
      .references(() => variants.id),
    currency: text({ enum: currencies }).notNull(),
    amount: integer().notNull(),
    since: integer().notNull(),
    until: integer().notNull(),
  },
  (t) => [index("price_history_by_price").on(t.variantId, t.currency, t.until)],
);

/**
 * A projection of each variant's stock, written only if the version grows. Version 0 is the stock
 * that the catalogue was told at first; the variant's `SkuStock` has not taken it over yet.
 */
export const inventory = sqliteTable("inventory", {
  variantId: text("variant_id")
    .primaryKey()
    .references(() => variants.id),
  available: integer().notNull(),
  version: integer().notNull(),
});

/**
 * What lists read: a row for each shelf a product stands on and each market it is priced for (a
 * currency, or `*` for the one that counts where no currency is asked for). See `relist`.
 */
export const listings = sqliteTable(
  "listings",
  {
    productId: text("product_id")
      .notNull()
      .references(() => products.id),
    shelf: text().notNull(),
    market: text().notNull(),
    currency: text({ enum: currencies }).notNull(),
    /** The lowest of its variants. */
    price: integer().notNull(),
    sold: integer().notNull(),
    inStock: integer("in_stock", { mode: "boolean" }).notNull(),
  },
  (t) => [
    primaryKey({ columns: [t.productId, t.shelf, t.market] }),
    index("listings_newest").on(t.shelf, t.market, t.productId, t.price, t.inStock),
    index("listings_by_price").on(t.shelf, t.market, t.price, t.productId, t.inStock),
    index("listings_popular").on(t.shelf, t.market, t.sold, t.productId, t.price, t.inStock),
  ],
);

/** Who has paid for which product, so may review it. */
export const purchases = sqliteTable(
  "purchases",
  {
    userId: text("user_id")
      .notNull()
      .references(() => users.id),
    productId: text("product_id")
      .notNull()
      .references(() => products.id),
    boughtAt: integer("bought_at").notNull(),
  },
  (t) => [primaryKey({ columns: [t.userId, t.productId] })],
);

export const reviews = sqliteTable(
  "reviews",
  {
    id: text().primaryKey(),
    productId: text("product_id")
      .notNull()
      .references(() => products.id),
    userId: text("user_id")
      .notNull()
      .references(() => users.id),
    rating: integer().notNull(),
    text: text().notNull(),
    createdAt: integer("created_at").notNull(),
  },
  (t) => [
    check("reviews_rating", sql`${t.rating} BETWEEN 1 AND 5`),
    uniqueIndex("reviews_one_each").on(t.productId, t.userId),
    index("reviews_by_product").on(t.productId, t.id),
    index("reviews_by_user").on(t.userId),
  ],
);

/** A CSV that is being taken in; `offset` is the byte up to which that is done. */
export const catalogueImports = sqliteTable(
  "catalogue_imports",
  {
    id: text().primaryKey(),
    merchantId: text("merchant_id")
      .notNull()
      .references(() => merchants.id),
    userId: text("user_id").notNull(),
    status: text({ enum: ["queued", "running", "succeeded", "failed"] }).notNull(),
    header: text({ mode: "json" }).$type<(string | null)[]>().notNull(),
    bytes: integer().notNull(),
    lines: integer().notNull(),
    offset: integer().notNull(),
    line: integer().notNull(),
    created: integer().notNull().default(0),
    updated: integer().notNull().default(0),
    failed: integer().notNull().default(0),
    errors: text({ mode: "json" }).$type<{ line: number; message: string }[]>().notNull(),
    createdAt: integer("created_at").notNull(),
    updatedAt: integer("updated_at").notNull(),
  },
  (t) => [
    check("imports_status", sql`${t.status} IN ('queued', 'running', 'succeeded', 'failed')`),
    index("imports_by_merchant").on(t.merchantId, t.id),
  ],
);

/** What the members of the merchant see of an import. */
export const importView = {
  id: catalogueImports.id,
  merchantId: catalogueImports.merchantId,
  status: catalogueImports.status,
  lines: catalogueImports.lines,
  line: catalogueImports.line,
  created: catalogueImports.created,
  updated: catalogueImports.updated,
  failed: catalogueImports.failed,
  errors: catalogueImports.errors,
  createdAt: catalogueImports.createdAt,
  updatedAt: catalogueImports.updatedAt,
};
