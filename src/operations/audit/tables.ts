import { index, integer, sqliteTable, text } from "drizzle-orm/sqlite-core";

/** Who did what, in a chain: each row's hash covers the one before. Only `AuditLog` appends. */
export const auditLog = sqliteTable(
  "audit_log",
  {
    sequence: integer().primaryKey(),
    eventId: text("event_id").notNull().unique(),
    /** When it happened, which is before it was appended. */
    at: integer().notNull(),
    actorId: text("actor_id"),
    action: text().notNull(),
    targetType: text("target_type").notNull(),
    targetId: text("target_id").notNull(),
    /** JSON, as it was hashed. */
    detail: text().notNull(),
    requestId: text("request_id").notNull(),
    previousHash: text("previous_hash").notNull(),
    hash: text().notNull(),
  },
  (t) => [
    index("audit_log_at").on(t.at),
    index("audit_log_of_actor").on(t.actorId, t.at),
    index("audit_log_of_action").on(t.action, t.at),
    index("audit_log_of_target").on(t.targetId, t.at),
  ],
);
