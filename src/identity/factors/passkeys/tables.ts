import { index, integer, sqliteTable, text } from "drizzle-orm/sqlite-core";
import { users } from "../../users/tables";

/** Public keys whose private halves are in somebody's authenticators. */
export const passkeys = sqliteTable(
  "passkeys",
  {
    id: text().primaryKey(),
    userId: text("user_id")
      .notNull()
      .references(() => users.id),
    /** As the authenticator names it, base64url. */
    credentialId: text("credential_id").notNull().unique(),
    /** COSE, base64url. */
    publicKey: text("public_key").notNull(),
    /** Signatures made, as the authenticator counts them; those that do not count say 0. */
    counter: integer().notNull(),
    transports: text({ mode: "json" }).$type<string[]>().notNull(),
    /** Whether it lives in one device only, and whether it was copied elsewhere. */
    isDeviceBound: integer("is_device_bound", { mode: "boolean" }).notNull(),
    isBackedUp: integer("is_backed_up", { mode: "boolean" }).notNull(),
    name: text().notNull(),
    createdAt: integer("created_at").notNull(),
    lastUsedAt: integer("last_used_at"),
  },
  (t) => [index("passkeys_of_user").on(t.userId, t.id)],
);

/** What a person sees of each of their passkeys. */
export const passkeyView = {
  id: passkeys.id,
  name: passkeys.name,
  isDeviceBound: passkeys.isDeviceBound,
  isBackedUp: passkeys.isBackedUp,
  createdAt: passkeys.createdAt,
  lastUsedAt: passkeys.lastUsedAt,
};
