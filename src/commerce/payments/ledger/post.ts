import { sql } from "drizzle-orm";
import type { BatchItem } from "drizzle-orm/batch";
import type { AnyContext } from "../../../data/context";
import { newId } from "../../../lib/id";
import type { Posting } from "./postings";
import { ledgerEntries, ledgerTransactions } from "./tables";

/**
 * For a batch: writes a transaction with its entries, unless its reference is there already or the
 * condition does not hold. One that does not balance breaks a CHECK and so the whole batch.
 */
export function post(
  { db }: AnyContext,
  { entries, ...posting }: Posting,
  when = sql`true`,
): BatchItem<"sqlite">[] {
  if (entries.length === 0) return [];
  const id = newId();
  const { kind, reference, orderId, intentId, currency, at } = posting;
  const listed = JSON.stringify(entries);
  return [
    db
      .insert(ledgerTransactions)
      .select(
        sql`SELECT ${id}, ${kind}, ${reference}, ${orderId}, ${intentId}, ${currency},
          sum(max(value->>'amount', 0)), sum(max(-(value->>'amount'), 0)), ${at}
          FROM json_each(${listed}) WHERE ${when} HAVING count(*) > 0`,
      )
      .onConflictDoNothing({ target: ledgerTransactions.reference }),
    db.insert(ledgerEntries).select(
      sql`SELECT ${id}, key, value->>'account', value->>'merchantId', ${currency},
        value->>'amount', ${at} FROM json_each(${listed})
        WHERE EXISTS (SELECT 1 FROM ledger_transactions WHERE id = ${id})`,
    ),
  ];
}

/** For a batch: the contrary of what was posted under a reference, if it was. */
export function reverse(
  { db }: AnyContext,
  of: string,
  { kind, reference, at }: Pick<Posting, "kind" | "reference" | "at">,
): BatchItem<"sqlite">[] {
  const id = newId();
  return [
    db
      .insert(ledgerTransactions)
      .select(
        sql`SELECT ${id}, ${kind}, ${reference}, order_id, intent_id, currency, credit, debit, ${at}
          FROM ledger_transactions WHERE reference = ${of}`,
      )
      .onConflictDoNothing({ target: ledgerTransactions.reference }),
    db.insert(ledgerEntries).select(
      sql`SELECT ${id}, line, account, merchant_id, currency, -amount, ${at} FROM ledger_entries
        WHERE transaction_id = (SELECT id FROM ledger_transactions WHERE reference = ${of})
          AND EXISTS (SELECT 1 FROM ledger_transactions WHERE id = ${id})`,
    ),
  ];
}

export const isPosted = (reference: string) =>
  sql`EXISTS (SELECT 1 FROM ledger_transactions WHERE reference = ${reference})`;
