import { sql } from "drizzle-orm";
import {
  check,
  index,
  integer,
  primaryKey,
  sqliteTable,
  text,
  uniqueIndex,
} from "drizzle-orm/sqlite-core";
import { currencies } from "../../lib/currencies";
import { type Benefit, type Selection, stackings, statuses } from "./schema";

/** Sums are minor units of `currency`. `held` belongs to live checkouts, `used` to paid orders; the CHECKs keep every cap. */
export const promotions = sqliteTable(
  "promotions",
  {
    id: text().primaryKey(),
    merchantId: text("merchant_id"),
    title: text().notNull(),
    code: text(),
    status: text({ enum: statuses }).notNull().default("active"),
    benefit: text({ mode: "json" }).$type<Benefit>().notNull(),
    eligible: text({ mode: "json" }).$type<Selection>().notNull(),
    currency: text({ enum: currencies }),
    minimum: integer(),
    startsAt: integer("starts_at"),
    endsAt: integer("ends_at"),
    stacking: text({ enum: stackings }).notNull().default("combinable"),
    priority: integer().notNull().default(0),
    usageLimit: integer("usage_limit"),
    held: integer().notNull().default(0),
    used: integer().notNull().default(0),
    customerLimit: integer("customer_limit"),
    budget: integer(),
    budgetHeld: integer("budget_held").notNull().default(0),
    budgetUsed: integer("budget_used").notNull().default(0),
    version: integer().notNull().default(1),
    createdAt: integer("created_at").notNull(),
    updatedAt: integer("updated_at").notNull(),
  },
  (t) => [
    check("promotion_uses_counted", sql`${t.held} >= 0 AND ${t.used} >= 0`),
    check(
      "promotion_usage_limit",
      sql`${t.usageLimit} IS NULL OR ${t.held} + ${t.used} <= ${t.usageLimit}`,
    ),
    check("promotion_budget_counted", sql`${t.budgetHeld} >= 0 AND ${t.budgetUsed} >= 0`),
    check(
      "promotion_budget",
      sql`${t.budget} IS NULL OR ${t.budgetHeld} + ${t.budgetUsed} <= ${t.budget}`,
    ),
    check(
      "promotion_currency",
      sql`${t.currency} IS NOT NULL OR (${t.minimum} IS NULL AND ${t.budget} IS NULL)`,
    ),
    check("promotion_window", sql`${t.startsAt} < ${t.endsAt}`),
    uniqueIndex("promotions_merchant_code")
      .on(t.merchantId, t.code)
      .where(sql`status <> 'archived' AND code IS NOT NULL AND merchant_id IS NOT NULL`),
    uniqueIndex("promotions_platform_code")
      .on(t.code)
      .where(sql`status <> 'archived' AND merchant_id IS NULL`),
    index("promotions_merchant").on(t.merchantId, t.id),
    index("promotions_code").on(t.code).where(sql`code IS NOT NULL`),
    index("promotions_automatic").on(t.merchantId).where(sql`status = 'active' AND code IS NULL`),
  ],
);

/** One row per promotion and checkout; `amount` is what the budget was charged. */
export const promotionUses = sqliteTable(
  "promotion_uses",
  {
    promotionId: text("promotion_id")
      .notNull()
      .references(() => promotions.id),
    checkoutId: text("checkout_id").notNull(),
    customerId: text("customer_id").notNull(),
    amount: integer().notNull(),
    currency: text({ enum: currencies }).notNull(),
    state: text({ enum: ["held", "used", "released"] }).notNull(),
    createdAt: integer("created_at").notNull(),
    settledAt: integer("settled_at"),
  },
  (t) => [
    primaryKey({ columns: [t.checkoutId, t.promotionId] }),
    check("promotion_use_amount", sql`${t.amount} >= 0`),
    check("promotion_use_settled", sql`(${t.state} = 'held') = (${t.settledAt} IS NULL)`),
    index("promotion_uses_promotion").on(t.promotionId, t.createdAt),
  ],
);

/** How often each customer holds or has used a promotion; the limit is copied here so that the CHECK sees it. */
export const promotionCustomers = sqliteTable(
  "promotion_customers",
  {
    promotionId: text("promotion_id")
      .notNull()
      .references(() => promotions.id),
    customerId: text("customer_id").notNull(),
    customerLimit: integer("customer_limit"),
    held: integer().notNull().default(0),
    used: integer().notNull().default(0),
  },
  (t) => [
    primaryKey({ columns: [t.customerId, t.promotionId] }),
    check("promotion_customer_counted", sql`${t.held} >= 0 AND ${t.used} >= 0`),
    check(
      "promotion_customer_limit",
      sql`${t.customerLimit} IS NULL OR ${t.held} + ${t.used} <= ${t.customerLimit}`,
    ),
  ],
);

/** What the evaluation reads: a row is a `PromotionTerms`. */
export const promotionTermsView = {
  id: promotions.id,
  merchantId: promotions.merchantId,
  title: promotions.title,
  code: promotions.code,
  status: promotions.status,
  benefit: promotions.benefit,
  eligible: promotions.eligible,
  currency: promotions.currency,
  minimum: promotions.minimum,
  startsAt: promotions.startsAt,
  endsAt: promotions.endsAt,
  stacking: promotions.stacking,
  priority: promotions.priority,
  usageLimit: promotions.usageLimit,
  held: promotions.held,
  used: promotions.used,
  customerLimit: promotions.customerLimit,
  budget: promotions.budget,
  budgetHeld: promotions.budgetHeld,
  budgetUsed: promotions.budgetUsed,
};

/** What its merchant or an administrator sees. */
export const promotionView = {
  ...promotionTermsView,
  version: promotions.version,
  createdAt: promotions.createdAt,
  updatedAt: promotions.updatedAt,
};

export const promotionUseView = {
  promotionId: promotionUses.promotionId,
  checkoutId: promotionUses.checkoutId,
  amount: promotionUses.amount,
  currency: promotionUses.currency,
  state: promotionUses.state,
  createdAt: promotionUses.createdAt,
  settledAt: promotionUses.settledAt,
};
