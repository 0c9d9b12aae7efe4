import { sql } from "drizzle-orm";
import { check, integer, sqliteTable, text } from "drizzle-orm/sqlite-core";
import type { Flag } from "./schema";

export const flags = sqliteTable(
  "flags",
  {
    key: text().primaryKey(),
    description: text().notNull(),
    type: text({ enum: ["boolean", "string", "number", "json"] }).notNull(),
    enabled: integer({ mode: "boolean" }).notNull(),
    variants: text({ mode: "json" }).$type<Flag["variants"]>().notNull(),
    offVariant: text("off_variant").notNull(),
    rules: text({ mode: "json" }).$type<Flag["rules"]>().notNull(),
    otherwise: text({ mode: "json" }).$type<Flag["otherwise"]>().notNull(),
    createdAt: integer("created_at").notNull(),
    updatedAt: integer("updated_at").notNull(),
    version: integer().notNull(),
  },
  (t) => [
    check("flags_type", sql`${t.type} IN ('boolean', 'string', 'number', 'json')`),
    check("flags_enabled", sql`${t.enabled} IN (0, 1)`),
  ],
);
