import { sql } from "drizzle-orm";
import { check, index, integer, primaryKey, sqliteTable, text } from "drizzle-orm/sqlite-core";
import type { Currency } from "../../lib/currencies";
import { variants } from "../catalog/tables";

/** One for each account, a guest's too. The version grows with every change of what would be bought. */
export const carts = sqliteTable("carts", {
  userId: text("user_id").primaryKey(),
  /** The promotion code that was entered. */
  code: text(),
  version: integer().notNull(),
  createdAt: integer("created_at").notNull(),
  updatedAt: integer("updated_at").notNull(),
});

/** What was asked in each currency. */
export type SeenPrices = { [C in Currency]?: number };

/** `seen…` is what the customer was last told, so that each change is reported once. */
export const cartLines = sqliteTable(
  "cart_lines",
  {
    userId: text("user_id").notNull(),
    variantId: text("variant_id")
      .notNull()
      .references(() => variants.id),
    quantity: integer().notNull(),
    seenPrices: text("seen_prices", { mode: "json" }).$type<SeenPrices>().notNull(),
    /** Units that were left while there were too few; −1 when it was not for sale; null if enough. */
    seenLeft: integer("seen_left"),
    /** The quantity before a guest's cart was merged in; null once that was told. */
    seenQuantity: integer("seen_quantity"),
    addedAt: integer("added_at").notNull(),
  },
  (t) => [
    primaryKey({ columns: [t.userId, t.variantId] }),
    check("cart_line_quantity", sql`${t.quantity} BETWEEN 1 AND 999`),
    index("cart_lines_by_variant").on(t.variantId),
  ],
);
