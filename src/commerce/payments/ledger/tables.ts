import { sql } from "drizzle-orm";
import { check, index, integer, primaryKey, sqliteTable, text } from "drizzle-orm/sqlite-core";
import { currencies } from "../../../lib/currencies";
import { accounts, kinds } from "./accounts";

/** Nothing here is ever changed or deleted: what was wrong is put right by another transaction. */
export const ledgerTransactions = sqliteTable(
  "ledger_transactions",
  {
    id: text().primaryKey(),
    kind: text({ enum: kinds }).notNull(),
    /** What it stands for, e.g. `sale:<orderId>`: it is posted once. */
    reference: text().notNull().unique(),
    orderId: text("order_id"),
    intentId: text("intent_id"),
    currency: text({ enum: currencies }).notNull(),
    /** The sums of its entries, counted by the statement that writes them. */
    debit: integer().notNull(),
    credit: integer().notNull(),
    at: integer().notNull(),
  },
  (t) => [
    check("ledger_balanced", sql`${t.debit} = ${t.credit} AND ${t.debit} > 0`),
    index("ledger_transactions_intent").on(t.intentId),
    index("ledger_transactions_order").on(t.orderId),
  ],
);

/** Minor units, debits positive. `merchantId` says whose payable it is, or whose sale earned the commission. */
export const ledgerEntries = sqliteTable(
  "ledger_entries",
  {
    transactionId: text("transaction_id")
      .notNull()
      .references(() => ledgerTransactions.id),
    line: integer().notNull(),
    account: text({ enum: accounts }).notNull(),
    merchantId: text("merchant_id"),
    currency: text({ enum: currencies }).notNull(),
    amount: integer().notNull(),
    at: integer().notNull(),
  },
  (t) => [
    primaryKey({ columns: [t.transactionId, t.line] }),
    check("ledger_entries_amount", sql`${t.amount} <> 0`),
    check(
      "ledger_entries_owner",
      sql`${t.merchantId} IS NOT NULL OR ${t.account} <> 'merchant_payable'`,
    ),
    index("ledger_entries_merchant").on(t.merchantId, t.at, t.transactionId),
  ],
);
