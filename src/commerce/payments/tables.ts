import { sql } from "drizzle-orm";
import { check, index, integer, sqliteTable, text } from "drizzle-orm/sqlite-core";
import { currencies } from "../../lib/currencies";
import { disputeStatuses, refundStatuses } from "./statuses";

/** Events of the provider that were taken, each once. What they say of people is not kept. */
export const paymentEvents = sqliteTable(
  "payment_events",
  {
    id: text().primaryKey(),
    type: text().notNull(),
    subjectId: text("subject_id"),
    intentId: text("intent_id"),
    /** When the provider made it. */
    createdAt: integer("created_at").notNull(),
    receivedAt: integer("received_at").notNull(),
  },
  (t) => [
    index("payment_events_received_at").on(t.receivedAt),
    index("payment_events_intent").on(t.intentId, t.createdAt),
  ],
);

/** Every refund that the provider knows, whoever made it, as it was seen there at `askedAt`. */
export const providerRefunds = sqliteTable(
  "provider_refunds",
  {
    id: text().primaryKey(),
    intentId: text("intent_id").notNull(),
    /** The key that Rimlight asked with; null if it was made in the provider's dashboard. */
    key: text(),
    amount: integer().notNull(),
    currency: text({ enum: currencies }).notNull(),
    status: text({ enum: refundStatuses }).notNull(),
    failureReason: text("failure_reason"),
    createdAt: integer("created_at").notNull(),
    askedAt: integer("asked_at").notNull(),
  },
  (t) => [
    index("provider_refunds_intent").on(t.intentId),
    check("provider_refunds_amount", sql`${t.amount} > 0`),
  ],
);

export const providerDisputes = sqliteTable(
  "provider_disputes",
  {
    id: text().primaryKey(),
    intentId: text("intent_id"),
    amount: integer().notNull(),
    currency: text({ enum: currencies }).notNull(),
    status: text({ enum: disputeStatuses }).notNull(),
    reason: text().notNull(),
    createdAt: integer("created_at").notNull(),
    askedAt: integer("asked_at").notNull(),
  },
  (t) => [index("provider_disputes_intent").on(t.intentId)],
);
