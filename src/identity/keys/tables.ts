import { index, integer, sqliteTable, text } from "drizzle-orm/sqlite-core";
import { users } from "../users/tables";

/** What programs sign in with, in the name of a person. */
export const apiKeys = sqliteTable(
  "api_keys",
  {
    id: text().primaryKey(),
    userId: text("user_id")
      .notNull()
      .references(() => users.id),
    name: text().notNull(),
    /** SHA-256 of the whole key. */
    hash: text().notNull().unique(),
    /** Its last four characters, to tell it from others. */
    hint: text().notNull(),
    scopes: text({ mode: "json" }).$type<readonly string[]>().notNull(),
    createdAt: integer("created_at").notNull(),
    expiresAt: integer("expires_at"),
    /** Within the hour. */
    lastUsedAt: integer("last_used_at"),
    revokedAt: integer("revoked_at"),
  },
  (t) => [index("api_keys_of_user").on(t.userId, t.id)],
);

/** What its owner sees of a key after it was made. */
export const apiKeyView = {
  id: apiKeys.id,
  name: apiKeys.name,
  hint: apiKeys.hint,
  scopes: apiKeys.scopes,
  createdAt: apiKeys.createdAt,
  expiresAt: apiKeys.expiresAt,
  lastUsedAt: apiKeys.lastUsedAt,
};
