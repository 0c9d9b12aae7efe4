import { sql } from "drizzle-orm";
import { check, index, integer, primaryKey, sqliteTable, text } from "drizzle-orm/sqlite-core";
import { users } from "../../identity/users/tables";
import { merchantRoles } from "./roles";

/** The tenants of the marketplace. */
export const merchants = sqliteTable(
  "merchants",
  {
    id: text().primaryKey(),
    name: text().notNull(),
    description: text().notNull(),
    country: text().notNull(),
    currency: text().notNull(),
    /** What the platform keeps of each sale; frozen into every line that is sold. */
    commission: integer("commission_basis_points").notNull(),
    /** A paused merchant sells nothing and its products are not shown. */
    pausedAt: integer("paused_at"),
    createdAt: integer("created_at").notNull(),
    updatedAt: integer("updated_at").notNull(),
    version: integer().notNull().default(1),
  },
  (t) => [check("merchants_commission", sql`${t.commission} BETWEEN 0 AND 10000`)],
);

export const merchantMembers = sqliteTable(
  "merchant_members",
  {
    merchantId: text("merchant_id")
      .notNull()
      .references(() => merchants.id),
    userId: text("user_id")
      .notNull()
      .references(() => users.id),
    role: text({ enum: merchantRoles }).notNull(),
    createdAt: integer("created_at").notNull(),
  },
  (t) => [
    primaryKey({ columns: [t.merchantId, t.userId] }),
    index("merchant_members_by_user").on(t.userId, t.merchantId),
    check("merchant_members_role", sql`${t.role} IN ('staff', 'manager', 'owner')`),
  ],
);

export const merchantView = {
  id: merchants.id,
  name: merchants.name,
  description: merchants.description,
  country: merchants.country,
  currency: merchants.currency,
  commission: merchants.commission,
  pausedAt: merchants.pausedAt,
  createdAt: merchants.createdAt,
  updatedAt: merchants.updatedAt,
  version: merchants.version,
};
