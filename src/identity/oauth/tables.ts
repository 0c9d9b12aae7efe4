import { index, integer, sqliteTable, text, uniqueIndex } from "drizzle-orm/sqlite-core";
import { users } from "../users/tables";

/** Who a person is to others: the issuer's own name of them, never their mail address. */
export const identities = sqliteTable(
  "identities",
  {
    id: text().primaryKey(),
    userId: text("user_id")
      .notNull()
      .references(() => users.id),
    provider: text().notNull(),
    issuer: text().notNull(),
    subject: text().notNull(),
    /** As the issuer said when it was linked, to tell it from others. */
    label: text(),
    createdAt: integer("created_at").notNull(),
    lastUsedAt: integer("last_used_at").notNull(),
  },
  (t) => [
    uniqueIndex("identities_subject").on(t.issuer, t.subject),
    index("identities_of_user").on(t.userId, t.id),
  ],
);

/** What its owner sees of it. */
export const identityView = {
  id: identities.id,
  provider: identities.provider,
  label: identities.label,
  createdAt: identities.createdAt,
  lastUsedAt: identities.lastUsedAt,
};
