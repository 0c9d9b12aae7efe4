import { sql } from "drizzle-orm";
import { check, index, integer, sqliteTable, text } from "drizzle-orm/sqlite-core";
import { users } from "../users/tables";

/** One row per sign-in; each refresh turns it one generation on. */
export const sessions = sqliteTable(
  "sessions",
  {
    id: text().primaryKey(),
    userId: text("user_id")
      .notNull()
      .references(() => users.id),
    /** SHA-256 of the secret in the refresh token of this generation, and of the one before. */
    currentHash: text("current_hash").notNull(),
    previousHash: text("previous_hash"),
    /** What the current secret was derived with: `<secret version>.<random>`. */
    nonce: text(),
    generation: integer().notNull().default(0),
    rotatedAt: integer("rotated_at").notNull(),
    createdAt: integer("created_at").notNull(),
    idleAt: integer("idle_at").notNull(),
    expiresAt: integer("expires_at").notNull(),
    revokedAt: integer("revoked_at"),
    reason: text(),
    userAgent: text("user_agent").notNull(),
    /** The address it was opened from; of IPv6 the /64. */
    network: text().notNull(),
    /** Browser and system with the network around it: what a new device is told by. */
    device: text().notNull(),
    country: text().notNull(),
    city: text().notNull(),
    /** How the person proved who they are (RFC 8176), as JSON. */
    amr: text({ mode: "json" }).$type<readonly string[]>().notNull(),
    /** The administrator who sees what the person sees. */
    impersonatorId: text("impersonator_id"),
  },
  (t) => [
    check("sessions_generation", sql`${t.generation} >= 0`),
    index("sessions_of_user").on(t.userId, t.id).where(sql`${t.revokedAt} IS NULL`),
    index("sessions_from_device").on(t.userId, t.device),
    index("sessions_of_impersonator")
      .on(t.impersonatorId)
      .where(sql`${t.impersonatorId} IS NOT NULL`),
  ],
);

/** What a person sees of each of their sessions. */
export const sessionView = {
  id: sessions.id,
  userAgent: sessions.userAgent,
  country: sessions.country,
  city: sessions.city,
  createdAt: sessions.createdAt,
  rotatedAt: sessions.rotatedAt,
  expiresAt: sessions.expiresAt,
};
