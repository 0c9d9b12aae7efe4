import { sql } from "drizzle-orm";
import { check, index, integer, primaryKey, sqliteTable, text } from "drizzle-orm/sqlite-core";
import { roles } from "../roles";

/** People. Whatever proves who they are is kept elsewhere, so that no profile can carry it. */
export const users = sqliteTable(
  "users",
  {
    id: text().primaryKey(),
    /** As `normalizeAddress` spells it; null for guests and for those who were anonymised. */
    email: text().unique(),
    displayName: text("display_name").notNull(),
    avatar: text(),
    role: text({ enum: roles }).notNull(),
    locale: text().notNull(),
    currency: text().notNull(),
    verifiedAt: integer("verified_at"),
    mfaEnabled: integer("mfa_enabled", { mode: "boolean" }).notNull().default(false),
    suspendedAt: integer("suspended_at"),
    /** When the person deleted the account; they have 30 days to think better of it. */
    deletedAt: integer("deleted_at"),
    /** From then on nothing here says who it was. */
    anonymisedAt: integer("anonymised_at"),
    /** The account that a guest signed in to, and that has what was theirs. */
    mergedInto: text("merged_into"),
    /** Raised to refuse every access token issued before (`uv` in the token). */
    tokenVersion: integer("token_version").notNull().default(1),
    createdAt: integer("created_at").notNull(),
    updatedAt: integer("updated_at").notNull(),
    version: integer().notNull().default(1),
  },
  (t) => [
    check("users_role", sql`${t.role} IN ('visitor', 'user', 'seller', 'admin', 'super_admin')`),
    index("users_deleted").on(t.deletedAt).where(sql`${t.deletedAt} IS NOT NULL`),
    index("users_by_role").on(t.role, t.id),
    // What administrators list, each state in the order of its people.
    index("users_active")
      .on(t.id)
      .where(sql`${t.suspendedAt} IS NULL AND ${t.deletedAt} IS NULL AND ${t.mergedInto} IS NULL`),
    index("users_suspended").on(t.id).where(sql`${t.suspendedAt} IS NOT NULL`),
    index("users_gone").on(t.id).where(sql`${t.deletedAt} IS NOT NULL`),
    index("users_verified").on(t.id).where(sql`${t.verifiedAt} IS NOT NULL`),
    index("users_unverified").on(t.id).where(sql`${t.verifiedAt} IS NULL`),
  ],
);

/** The words of people's names, to find them by. */
export const userWords = sqliteTable(
  "user_words",
  {
    word: text().notNull(),
    userId: text("user_id")
      .notNull()
      .references(() => users.id),
  },
  (t) => [
    primaryKey({ columns: [t.word, t.userId] }),
    index("user_words_of_user").on(t.userId, t.word),
  ],
);

/** What a person sees of their own account. */
export const profileView = {
  id: users.id,
  email: users.email,
  displayName: users.displayName,
  avatar: users.avatar,
  role: users.role,
  locale: users.locale,
  currency: users.currency,
  verifiedAt: users.verifiedAt,
  mfaEnabled: users.mfaEnabled,
  createdAt: users.createdAt,
  updatedAt: users.updatedAt,
  version: users.version,
};

/** What a session needs to know of whoever it is for. */
export const subjectView = { role: users.role, tokenVersion: users.tokenVersion };
