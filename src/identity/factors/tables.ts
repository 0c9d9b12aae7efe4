import { integer, primaryKey, sqliteTable, text } from "drizzle-orm/sqlite-core";
import { users } from "../users/tables";

/** The secret a person's authenticator app shares with us; without `confirmedAt` it opens nothing. */
export const totpSecrets = sqliteTable("totp_secrets", {
  userId: text("user_id")
    .primaryKey()
    .references(() => users.id),
  /** Encrypted, with the person's id as context. */
  secret: text().notNull(),
  createdAt: integer("created_at").notNull(),
  confirmedAt: integer("confirmed_at"),
  /** Of 30 seconds since 1970: no code of this step, or of one before it, is accepted again. */
  lastStep: integer("last_step").notNull().default(0),
});

/** SHA-256 of codes that replace the second factor, each once. */
export const recoveryCodes = sqliteTable(
  "recovery_codes",
  {
    userId: text("user_id")
      .notNull()
      .references(() => users.id),
    hash: text().notNull(),
    usedAt: integer("used_at"),
  },
  (t) => [primaryKey({ columns: [t.userId, t.hash] })],
);

/** Challenges are signed, not stored; only those that were met are kept here until they expire. */
export const spentChallenges = sqliteTable("spent_challenges", {
  id: text().primaryKey(),
  expiresAt: integer("expires_at").notNull(),
});
