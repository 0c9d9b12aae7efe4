import { sql } from "drizzle-orm";
import { check, index, integer, sqliteTable, text, uniqueIndex } from "drizzle-orm/sqlite-core";
import { users } from "../users/tables";

/** Keys that sign access tokens: `next` is published before it is `active`, `retiring` only verifies. */
export const signingKeys = sqliteTable(
  "signing_keys",
  {
    id: text().primaryKey(),
    state: text({ enum: ["next", "active", "retiring", "dead"] }).notNull(),
    /** The x coordinate of the public key (RFC 8037). */
    publicKey: text("public_key").notNull(),
    /** Encrypted; null once the key no longer signs. */
    privateKey: text("private_key"),
    createdAt: integer("created_at").notNull(),
    /** When it entered its present state. */
    changedAt: integer("changed_at").notNull(),
  },
  (t) => [
    check("signing_keys_state", sql`${t.state} IN ('next', 'active', 'retiring', 'dead')`),
    uniqueIndex("signing_keys_only_one").on(t.state).where(sql`${t.state} IN ('next', 'active')`),
  ],
);

/** Tokens sent by mail, good for one purpose and one address, once. Nothing here redeems them. */
export const oneTimeTokens = sqliteTable(
  "one_time_tokens",
  {
    id: text().primaryKey(),
    userId: text("user_id")
      .notNull()
      .references(() => users.id),
    purpose: text({
      enum: ["verify_email", "reset_password", "change_email", "undo_email"],
    }).notNull(),
    address: text().notNull(),
    /** SHA-256 of the secret, which is derived again under this secret version when it is mailed. */
    hash: text().notNull(),
    secretVersion: text("secret_version").notNull(),
    createdAt: integer("created_at").notNull(),
    expiresAt: integer("expires_at").notNull(),
    usedAt: integer("used_at"),
  },
  (t) => [
    index("one_time_tokens_of_user").on(t.userId, t.purpose),
    /** See `holds`. */
    index("one_time_tokens_holding").on(t.address).where(sql`${t.purpose} = 'undo_email'`),
  ],
);
