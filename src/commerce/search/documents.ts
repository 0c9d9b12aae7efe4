import { integer, sqliteTable, text } from "drizzle-orm/sqlite-core";

/** The tables of the search database as its migrations make them; they explain the columns. */
export const documents = sqliteTable("documents", {
  id: integer(),
  productId: text("product_id").notNull(),
  generation: integer().notNull(),
  bookmark: text().notNull(),
  listed: integer({ mode: "boolean" }).notNull(),
  merchantId: text("merchant_id").notNull(),
  category: text(),
  shelves: text().notNull(),
  featured: integer({ mode: "boolean" }).notNull(),
  inStock: integer("in_stock", { mode: "boolean" }).notNull(),
  sold: integer().notNull(),
  prices: text().notNull(),
  currency: text(),
  tags: text().notNull(),
  title: text().notNull(),
  description: text().notNull(),
});

export const words = sqliteTable("words", { word: text().primaryKey() });
export const wordParts = sqliteTable("word_parts", {
  part: text().notNull(),
  word: text().notNull(),
});

export const indexState = sqliteTable("index_state", {
  id: integer().primaryKey(),
  generation: integer().notNull(),
  rebuilt: integer().notNull(),
  changedAt: integer("changed_at"),
});

export const zeroResults = sqliteTable("zero_results", {
  query: text().primaryKey(),
  count: integer().notNull(),
  firstAt: integer("first_at").notNull(),
  lastAt: integer("last_at").notNull(),
});
