import type { SQL } from "drizzle-orm";
import { sql } from "drizzle-orm";
import type { AnyContext } from "../../../data/context";
import type { Currency } from "../../../lib/currencies";
import type { Part } from "./postings";

export type Standing = {
  orderId: string;
  currency: Currency;
  /** What each merchant has left of the payment, after all that was given back. */
  left: Part[];
  /** For a batch: nothing has been posted about the payment since. */
  unchanged: SQL;
};

/** How a payment stands in the ledger; null before its sale is there. */
export async function standingOf({ db }: AnyContext, intentId: string): Promise<Standing | null> {
  const rows = await db.all<Row>(sql`
    SELECT t.id, t.kind, t.order_id, t.currency, e.account, e.merchant_id, e.amount
    FROM ledger_transactions t JOIN ledger_entries e ON e.transaction_id = t.id
    WHERE t.intent_id = ${intentId} ORDER BY t.at, t.id, e.line`);
  const sold = rows.find(({ kind }) => kind === "sale");
  if (!sold?.order_id) return null;
  const count = new Set(rows.map(({ id }) => id)).size;
  const unchanged = sql`(SELECT count(*) FROM ledger_transactions WHERE intent_id = ${intentId}) = ${count}`;
  return { orderId: sold.order_id, currency: sold.currency, left: leftOf(rows), unchanged };
}

type Row = {
  id: string;
  kind: string;
  order_id: string | null;
  currency: Currency;
  account: string;
  merchant_id: string | null;
  amount: number;
};

function leftOf(rows: readonly Row[]): Part[] {
  const parts = new Map<string, Part>();
  for (const { account, merchant_id: merchantId, amount } of rows) {
    if (merchantId === null) continue;
    const part = parts.get(merchantId) ?? { merchantId, total: 0, commission: 0 };
    part.total -= amount;
    if (account === "commission") part.commission -= amount;
    parts.set(merchantId, part);
  }
  return [...parts.values()].map((part) => {
    return { ...part, total: Math.max(0, part.total), commission: Math.max(0, part.commission) };
  });
}

/** Who bore a transaction that took something back, and how much. */
export async function partsOf({ db }: AnyContext, reference: string): Promise<Part[]> {
  return db.all<Part>(sql`
    SELECT merchant_id AS merchantId, sum(amount) AS total,
      sum(CASE account WHEN 'commission' THEN amount ELSE 0 END) AS commission
    FROM ledger_entries
    WHERE transaction_id = (SELECT id FROM ledger_transactions WHERE reference = ${reference})
      AND merchant_id IS NOT NULL
    GROUP BY merchant_id ORDER BY merchant_id`);
}
