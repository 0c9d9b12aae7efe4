import { index, integer, primaryKey, sqliteTable, text } from "drizzle-orm/sqlite-core";

/** The last failure of each consumer that has not yet applied an event. */
export const failures = sqliteTable(
  "failures",
  {
    eventId: text("event_id").notNull(),
    consumer: text().notNull(),
    type: text().notNull(),
    error: text().notNull(),
    attempts: integer().notNull(),
    failedAt: integer("failed_at").notNull(),
  },
  (t) => [
    primaryKey({ columns: [t.eventId, t.consumer] }),
    index("failures_failed_at").on(t.failedAt),
  ],
);
