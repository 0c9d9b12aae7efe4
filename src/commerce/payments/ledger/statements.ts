import { type SQL, sql } from "drizzle-orm";
import type { Context } from "../../../data/context";
import { afterCursor, pageOf } from "../../../http/page";
import { isAtLeast } from "../../../identity/roles";
import type { Currency } from "../../../lib/currencies";
import { formatDecimal } from "../../../lib/money";
import { day, iso } from "../../../lib/time";
import { whyNotMember } from "../../merchants/membership";
import type { Kind } from "./accounts";
import type { Statement, StatementLine, StatementPeriod, StatementQuery } from "./schema";

type Key = readonly [at: number, id: string];

/** Managers read their merchant's, administrators any. */
export async function readStatement(
  ctx: Context,
  merchantId: string,
  { from, to, limit, cursor }: StatementQuery,
): Promise<Statement> {
  await requireReader(ctx, merchantId);
  const list = `statement|${merchantId}|${from}|${to}`;
  const after = await afterCursor<Key>(list, cursor);
  const [balances, rows] = await Promise.all([
    readBalances(ctx, merchantId, { from, to }),
    readLines(ctx, merchantId, { from, to }, after, limit + 1),
  ]);
  const page = await pageOf(list, rows, limit, (last) => [Date.parse(last.at), last.transactionId]);
  return { merchantId, from, to, balances, lines: page.items, nextCursor: page.nextCursor };
}

const pageLength = 1_000;

/** All lines as CSV (RFC 4180), read as they are sent. */
export async function writeStatement(
  ctx: Context,
  merchantId: string,
  period: StatementPeriod,
): Promise<ReadableStream<Uint8Array>> {
  await requireReader(ctx, merchantId);
  let after: Key | null = null;
  let head = "at,kind,orderId,currency,total,commission,net,transactionId\r\n";
  return new ReadableStream<string>({
    async pull(controller) {
      const lines: StatementLine[] = await readLines(ctx, merchantId, period, after, pageLength);
      const last = lines.at(-1);
      controller.enqueue(head + lines.map(csvLine).join(""));
      head = "";
      if (lines.length < pageLength || !last) controller.close();
      else after = [Date.parse(last.at), last.transactionId];
    },
  }).pipeThrough(new TextEncoderStream());
}

/** Nothing in it was written by people, so nothing can be a formula. */
const csvLine = ({ at, kind, orderId, currency, transactionId, ...sums }: StatementLine) => {
  const decimal = (amount: number) => formatDecimal({ amount, currency });
  const cells = [
    ...[at, kind, orderId ?? "", currency],
    ...[decimal(sums.total), decimal(sums.commission), decimal(sums.net), transactionId],
  ];
  return `${cells.join(",")}\r\n`;
};

async function requireReader(ctx: Context, merchantId: string): Promise<void> {
  if (isAtLeast(ctx.actor.role, "admin")) return;
  const problem = await whyNotMember(ctx, merchantId, "manager");
  if (problem) throw problem;
}

const start = ({ from }: StatementPeriod) => Date.parse(from);
const end = ({ to }: StatementPeriod) => Date.parse(to) + day;

async function readBalances(ctx: Context, merchantId: string, period: StatementPeriod) {
  const inPeriod = (kinds: Kind[]): SQL => sql`coalesce(-sum(e.amount) FILTER (
    WHERE e.at >= ${start(period)} AND t.kind IN (SELECT value FROM json_each(${JSON.stringify(kinds)}))), 0)`;
  return ctx.db.all<Statement["balances"][number]>(sql`
    SELECT e.currency AS currency,
      coalesce(-sum(e.amount) FILTER (
        WHERE e.account = 'merchant_payable' AND e.at < ${start(period)}), 0) AS opening,
      ${inPeriod(["sale"])} AS sales,
      ${inPeriod(["refund", "refund_cancelled"])} AS refunds,
      ${inPeriod(["dispute"])} AS disputes,
      coalesce(-sum(e.amount) FILTER (
        WHERE e.account = 'commission' AND e.at >= ${start(period)}), 0) AS commission,
      -sum(CASE e.account WHEN 'merchant_payable' THEN e.amount ELSE 0 END) AS closing
    FROM ledger_entries e JOIN ledger_transactions t ON t.id = e.transaction_id
    WHERE e.merchant_id = ${merchantId} AND e.at < ${end(period)}
    GROUP BY e.currency ORDER BY e.currency`);
}

type Row = {
  transactionId: string;
  at: number;
  kind: Kind;
  orderId: string | null;
  currency: Currency;
  total: number;
  commission: number;
};

async function readLines(
  ctx: Context,
  merchantId: string,
  period: StatementPeriod,
  after: Key | null,
  limit: number,
): Promise<StatementLine[]> {
  const [at, id] = after ?? [start(period), ""];
  const rows = await ctx.db.all<Row>(sql`
    SELECT t.id AS transactionId, e.at AS at, t.kind AS kind, t.order_id AS orderId,
      t.currency AS currency, -sum(e.amount) AS total,
      -sum(CASE e.account WHEN 'commission' THEN e.amount ELSE 0 END) AS commission
    FROM ledger_entries e JOIN ledger_transactions t ON t.id = e.transaction_id
    WHERE e.merchant_id = ${merchantId} AND (e.at, e.transaction_id) > (${at}, ${id})
      AND e.at < ${end(period)}
    GROUP BY e.at, e.transaction_id ORDER BY e.at, e.transaction_id LIMIT ${limit}`);
  return rows.map((row) => ({ ...row, at: iso(row.at), net: row.total - row.commission }));
}
