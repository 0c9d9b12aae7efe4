import { sql } from "drizzle-orm";
import { index, integer, primaryKey, sqliteTable, text } from "drizzle-orm/sqlite-core";

/** The outbox: what happened, written with the change itself and sent to a queue after it. */
export const events = sqliteTable(
  "events",
  {
    id: text().primaryKey(),
    type: text().notNull(),
    queue: text({ enum: ["EVENTS", "JOBS"] }).notNull(),
    payload: text({ mode: "json" }).notNull(),
    requestId: text("request_id").notNull(),
    createdAt: integer("created_at").notNull(),
    sentAt: integer("sent_at"),
  },
  (t) => [
    index("events_unsent").on(t.createdAt).where(sql`${t.sentAt} IS NULL`),
    index("events_sent").on(t.sentAt).where(sql`${t.sentAt} IS NOT NULL`),
  ],
);

/** Which consumer has applied which event: written with the effect, so it happens once. */
export const applied = sqliteTable(
  "applied",
  {
    consumer: text().notNull(),
    eventId: text("event_id").notNull(),
    appliedAt: integer("applied_at").notNull(),
  },
  (t) => [primaryKey({ columns: [t.eventId, t.consumer] }), index("applied_at").on(t.appliedAt)],
);

/** Messages that no retry could save, kept for a person to look at and send again. */
export const deadLetters = sqliteTable(
  "dead_letters",
  {
    eventId: text("event_id").primaryKey(),
    type: text().notNull(),
    queue: text({ enum: ["EVENTS", "JOBS"] }).notNull(),
    payload: text({ mode: "json" }).notNull(),
    requestId: text("request_id").notNull(),
    error: text().notNull(),
    failedAt: integer("failed_at").notNull(),
    retriedAt: integer("retried_at"),
  },
  (t) => [index("dead_letters_failed_at").on(t.failedAt)],
);

/** The first answer to each `Idempotency-Key` of each principal, kept for 24 hours. */
export const idempotencyKeys = sqliteTable(
  "idempotency_keys",
  {
    principal: text().notNull(),
    key: text().notNull(),
    requestHash: text("request_hash").notNull(),
    /** Where the created thing can be read, should its answer be lost. */
    resource: text(),
    status: integer(),
    body: text(),
    createdAt: integer("created_at").notNull(),
  },
  (t) => [
    primaryKey({ columns: [t.principal, t.key] }),
    index("idempotency_keys_created_at").on(t.createdAt),
  ],
);
