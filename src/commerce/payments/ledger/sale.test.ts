import { env } from "cloudflare:workers";
import { eq, sql } from "drizzle-orm";
import { expect, test, vi } from "vitest";
import { systemContext } from "../../../data/context";
import { data } from "../../../testing/api";
import { buyer, paidOrder, shopWith } from "../../orders/testing";
import { stripe } from "../stripe";
import { ledgerTransactions } from "./tables";

const { db } = systemContext();
const eventually = (check: () => Promise<void>) =>
  vi.waitFor(check, { timeout: 12_000, interval: 100 });

const today = new Date().toISOString().slice(0, 10);
const balanceOf = async ({ owner }: Awaited<ReturnType<typeof shopWith>>) => {
  const path = `/merchants/${owner.merchantId}/statements?from=${today}&to=${today}`;
  return (await data(200, owner.api.get(path))).balances[0];
};

const transactionsOf = async (orderId: string) => {
  const rows = await db
    .select({ kind: ledgerTransactions.kind })
    .from(ledgerTransactions)
    .where(eq(ledgerTransactions.orderId, orderId))
    .orderBy(ledgerTransactions.at, ledgerTransactions.id);
  return rows.map(({ kind }) => kind);
};

test("a paid order is in the merchant's books at once, less the commission", async () => {
  const shop = await shopWith(5, 10_000);
  const { id } = await paidOrder(await buyer(shop.variantId));
  expect(await transactionsOf(id)).toEqual(["sale"]);
  expect(await balanceOf(shop)).toMatchObject({ sales: 10_000, commission: 1_000, closing: 9_000 });
});

test("a cancelled order leaves the merchant nothing, and the platform the provider's fee", async () => {
  const shop = await shopWith(5, 10_000);
  const ada = await buyer(shop.variantId);
  const { id } = await paidOrder(ada);
  await data(200, ada.api.post(`/orders/${id}/cancel`, {}));
  await eventually(async () =>
    expect(await transactionsOf(id)).toEqual(["sale", "refund", "refund_paid"]),
  );
  expect(await balanceOf(shop)).toMatchObject({
    ...{ sales: 10_000, refunds: -10_000, commission: 0, closing: 0 },
  });
  const sums = await db.all<{ account: string; sum: number }>(sql`
    SELECT account, sum(amount) AS sum
    FROM ledger_entries e JOIN ledger_transactions t ON t.id = e.transaction_id
    WHERE t.intent_id = (SELECT intent_id FROM orders WHERE id = ${id})
    GROUP BY account HAVING sum(amount) <> 0 ORDER BY account`);
  expect(sums).toEqual([
    { account: "clearing", sum: -320 },
    { account: "fees", sum: 320 },
  ]);
});

test("a refund made in the provider's dashboard reaches the merchant's books", async () => {
  const shop = await shopWith(5, 10_000);
  const { id } = await paidOrder(await buyer(shop.variantId));
  const row = await env.DB.prepare("SELECT intent_id FROM orders WHERE id = ?")
    .bind(id)
    .first<{ intent_id: string }>();
  await (await stripe()).refunds.create({ payment_intent: row!.intent_id, amount: 2_500 });
  await eventually(async () =>
    expect(await balanceOf(shop)).toMatchObject({
      refunds: -2_500,
      commission: 750,
      closing: 6_750,
    }),
  );
});
