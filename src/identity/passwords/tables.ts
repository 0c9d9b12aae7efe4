import { integer, sqliteTable, text } from "drizzle-orm/sqlite-core";
import { users } from "../users/tables";

export const passwords = sqliteTable("passwords", {
  userId: text("user_id")
    .primaryKey()
    .references(() => users.id),
  /** A PHC string; `keyid` names the secret version of the pepper. */
  hash: text().notNull(),
  changedAt: integer("changed_at").notNull(),
});
