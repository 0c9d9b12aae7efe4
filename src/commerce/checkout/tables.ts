import { sql } from "drizzle-orm";
import { index, integer, sqliteTable, text, uniqueIndex } from "drizzle-orm/sqlite-core";

/** One live checkout per cart: the partial index holds it. */
export const checkouts = sqliteTable(
  "checkouts",
  {
    id: text().primaryKey(),
    customerId: text("customer_id").notNull(),
    state: text({ enum: ["live", "paid", "closed"] }).notNull(),
    hash: text().notNull(),
    reason: text(),
    createdAt: integer("created_at").notNull(),
    endedAt: integer("ended_at"),
  },
  (t) => [
    uniqueIndex("checkouts_live").on(t.customerId).where(sql`state = 'live'`),
    index("checkouts_old").on(t.createdAt).where(sql`state = 'live'`),
  ],
);

/** Checkouts whose money and goods do not agree: a person decides. */
export const reviews = sqliteTable(
  "checkout_reviews",
  {
    checkoutId: text("checkout_id").primaryKey(),
    orderId: text("order_id").notNull(),
    reason: text().notNull(),
    createdAt: integer("created_at").notNull(),
    resolvedAt: integer("resolved_at"),
    resolvedBy: text("resolved_by"),
  },
  (t) => [index("checkout_reviews_open").on(t.createdAt).where(sql`resolved_at IS NULL`)],
);
