import { sql } from "drizzle-orm";
import { check, index, integer, sqliteTable, text, uniqueIndex } from "drizzle-orm/sqlite-core";

export const mailStatuses = ["queued", "sending", "sent", "refused", "unconfigured"] as const;

/** What became of each mail. Neither an address nor a word of it is kept. */
export const mails = sqliteTable(
  "mails",
  {
    id: text().primaryKey(),
    eventId: text("event_id").notNull(),
    kind: text().notNull(),
    userId: text("user_id"),
    status: text({ enum: mailStatuses }).notNull(),
    attempts: integer().notNull(),
    /** Until then whoever sends it is left alone. */
    leaseUntil: integer("lease_until").notNull(),
    transport: text(),
    providerId: text("provider_id"),
    error: text(),
    createdAt: integer("created_at").notNull(),
    updatedAt: integer("updated_at").notNull(),
  },
  (t) => [
    uniqueIndex("mails_once").on(t.eventId, t.kind),
    index("mails_updated_at").on(t.updatedAt),
    check(
      "mails_status",
      sql`${t.status} IN ('queued', 'sending', 'sent', 'refused', 'unconfigured')`,
    ),
  ],
);

/** Development only: whole mails, tokens and all, instead of sending them. */
export const mailbox = sqliteTable(
  "mailbox",
  {
    id: text().primaryKey(),
    headers: text({ mode: "json" }).$type<Record<string, string>>().notNull(),
    recipient: text().notNull(),
    subject: text().notNull(),
    text: text().notNull(),
    html: text().notNull(),
    createdAt: integer("created_at").notNull(),
  },
  (t) => [
    index("mailbox_of_recipient").on(t.recipient, t.id),
    index("mailbox_created_at").on(t.createdAt),
  ],
);
