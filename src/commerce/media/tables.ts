import { sql } from "drizzle-orm";
import { check, index, integer, sqliteTable, text, uniqueIndex } from "drizzle-orm/sqlite-core";
import { users } from "../../identity/users/tables";
import { products } from "../catalog/tables";
import { purposes } from "./choices";

/**
 * A file that somebody sent. The row comes before the bytes (`pending`) and goes after them
 * (`deleted`), so nothing in R2 is ever without one.
 */
export const media = sqliteTable(
  "media",
  {
    id: text().primaryKey(),
    /** Random, and all that an address tells. */
    key: text().notNull(),
    ownerId: text("owner_id")
      .notNull()
      .references(() => users.id),
    purpose: text({ enum: purposes }).notNull(),
    state: text({ enum: ["pending", "stored", "ready", "failed", "deleted"] }).notNull(),
    type: text().notNull(),
    name: text().notNull(),
    bytes: integer().notNull(),
    /** Pixels; null for what is no picture. */
    width: integer(),
    height: integer(),
    createdAt: integer("created_at").notNull(),
    updatedAt: integer("updated_at").notNull(),
  },
  (t) => [
    check("media_purpose", sql`${t.purpose} IN ('product', 'avatar', 'attachment')`),
    check("media_state", sql`${t.state} IN ('pending', 'stored', 'ready', 'failed', 'deleted')`),
    uniqueIndex("media_key").on(t.key),
    index("media_by_owner").on(t.ownerId, t.id),
    index("media_unsettled").on(t.updatedAt).where(sql`state IN ('pending', 'deleted')`),
  ],
);

export const productImages = sqliteTable(
  "product_images",
  {
    /** Also the id of the file. */
    id: text()
      .primaryKey()
      .references(() => media.id),
    productId: text("product_id")
      .notNull()
      .references(() => products.id),
    key: text().notNull(),
    alt: text().notNull(),
    width: integer().notNull(),
    height: integer().notNull(),
    position: integer().notNull(),
    createdAt: integer("created_at").notNull(),
  },
  (t) => [index("product_images_by_product").on(t.productId, t.position, t.id)],
);

/** What its owner sees of a file. */
export const mediaView = {
  id: media.id,
  key: media.key,
  purpose: media.purpose,
  type: media.type,
  name: media.name,
  bytes: media.bytes,
  width: media.width,
  height: media.height,
  createdAt: media.createdAt,
};
