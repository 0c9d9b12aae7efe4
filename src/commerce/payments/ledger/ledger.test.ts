import { createExecutionContext, createMessageBatch, getQueueResult } from "cloudflare:test";
import { eq, sql } from "drizzle-orm";
import { describe, expect, test, vi } from "vitest";
import { systemContext } from "../../../data/context";
import { violates } from "../../../data/database";
import { commit } from "../../../data/outbox";
import { consume } from "../../../jobs/consume";
import type { Events, EventType, Message } from "../../../jobs/events";
import { newId } from "../../../lib/id";
import { refundPayment } from "../refunds";
import { sandbox, stripe } from "../stripe";
import { paid } from "../testing";
import { isPosted, post, reverse } from "./post";
import { type Part, refund, sale } from "./postings";
import { standingOf } from "./standing";
import { ledgerEntries, ledgerTransactions } from "./tables";

const ctx = systemContext();
const { db } = ctx;
const merchantA = newId();
const merchantB = newId();
const parts: Part[] = [
  { merchantId: merchantA, total: 6_000, commission: 600 },
  { merchantId: merchantB, total: 4_000, commission: 1_000 },
];

/** A payment of 100 euros that two merchants share, paid in the sandbox and in the books. */
async function sold(method = "pm_card_visa") {
  const { id: intentId, checkoutId } = await paid({ amount: 10_000 }, method);
  const about = { orderId: newId(), intentId, currency: "EUR" as const, at: Date.now() };
  await run(post(ctx, sale(about, parts)));
  return { intentId, checkoutId, about };
}

const run = (statements: Parameters<typeof commit>[1][number][]) =>
  commit(ctx, statements as unknown as Parameters<typeof commit>[1]);

/** How each account stands for a payment. */
async function balances(intentId: string): Promise<Record<string, number>> {
  const rows = await db.all<{ name: string; sum: number }>(sql`
    SELECT account || CASE merchant_id WHEN ${merchantA} THEN ':a' WHEN ${merchantB} THEN ':b' ELSE '' END
      AS name, sum(amount) AS sum
    FROM ledger_entries e JOIN ledger_transactions t ON t.id = e.transaction_id
    WHERE intent_id = ${intentId} AND kind <> 'fee' GROUP BY 1 HAVING sum(amount) <> 0`);
  return Object.fromEntries(rows.map(({ name, sum }) => [name, sum]));
}
const afterSale = {
  clearing: 10_000,
  "merchant_payable:a": -5_400,
  "commission:a": -600,
  "merchant_payable:b": -3_000,
  "commission:b": -1_000,
};

const eventually = (check: () => Promise<void>) =>
  vi.waitFor(check, { timeout: 12_000, interval: 100 });

async function deliver<T extends EventType>(type: T, payload: Events[T], times = 1) {
  const messages = Array.from({ length: times }, () => {
    const body = { id: newId(), type, payload, requestId: newId() } as Message;
    return { id: newId(), timestamp: new Date(), attempts: 1, body };
  });
  const batch = createMessageBatch<Message>("rimlight-events", messages);
  await consume(batch);
  return (await getQueueResult(batch, createExecutionContext())).explicitAcks.length;
}

describe("a posting", () => {
  test("is written once per reference, however often and however many at once", async () => {
    const about = { orderId: newId(), intentId: newId(), currency: "EUR" as const, at: 1 };
    await Promise.all(Array.from({ length: 5 }, () => run(post(ctx, sale(about, parts)))));
    expect(await balances(about.intentId)).toEqual(afterSale);
    const [row] = await db
      .select()
      .from(ledgerTransactions)
      .where(eq(ledgerTransactions.intentId, about.intentId));
    expect(row).toMatchObject({ debit: 10_000, credit: 10_000, kind: "sale" });
  });

  test("that does not balance breaks the whole batch", async () => {
    const about = { orderId: newId(), intentId: newId(), currency: "EUR" as const, at: 1 };
    const good = sale(about, parts);
    const bad = { ...good, reference: "bad", entries: good.entries.slice(1) };
    const error = await run([...post(ctx, good), ...post(ctx, bad)]).catch((thrown) => thrown);
    expect(violates(error, "ledger_balanced")).toBe(true);
    expect(await balances(about.intentId)).toEqual({});
  });

  test("whose condition does not hold leaves nothing, not even entries", async () => {
    const about = { orderId: newId(), intentId: newId(), currency: "EUR" as const, at: 1 };
    const before = await db.$count(ledgerEntries);
    await run(post(ctx, sale(about, parts), isPosted("nothing")));
    expect(await db.$count(ledgerEntries)).toBe(before);
  });

  test("is reversed once, and only if it is there", async () => {
    const { intentId, about } = await sold();
    const undo = {
      kind: "refund_cancelled",
      reference: `refund_cancelled:${intentId}`,
      at: 2,
    } as const;
    await run(reverse(ctx, `refund:${intentId}`, undo));
    expect(await balances(intentId)).toEqual(afterSale);
    await run(post(ctx, refund(about, intentId, parts)));
    expect(await balances(intentId)).toEqual({ clearing: 10_000, refunds: -10_000 });
    for (let i = 0; i < 2; i++) await run(reverse(ctx, `refund:${intentId}`, undo));
    expect(await balances(intentId)).toEqual(afterSale);
  });
});

describe("the provider's fee", () => {
  test("is written once it is known, once", async () => {
    const { intentId, checkoutId } = await sold();
    const payload = { checkoutId: checkoutId!, intentId, attempt: 1, claims: "succeeded" as const };
    await deliver("payment.changed", payload, 3);
    const fees = await db
      .select({ debit: ledgerTransactions.debit })
      .from(ledgerTransactions)
      .where(eq(ledgerTransactions.reference, `fee:${intentId}`));
    expect(fees).toEqual([{ debit: 320 }]);
  });
});

describe("a refund", () => {
  const halfGone = {
    clearing: 5_000,
    "merchant_payable:a": -2_700,
    "commission:a": -300,
    "merchant_payable:b": -1_500,
    "commission:b": -500,
  };

  test("from the dashboard is borne by the merchants in proportion", async () => {
    const { intentId } = await sold();
    await (await stripe()).refunds.create({ payment_intent: intentId, amount: 5_000 });
    await eventually(async () => expect(await balances(intentId)).toEqual(halfGone));
    await (await stripe()).refunds.create({ payment_intent: intentId });
    await eventually(async () => expect(await balances(intentId)).toEqual({}));
  });

  test("that was decided here is borne by whom it was decided to", async () => {
    const { intentId, about } = await sold();
    const key = `refund:${newId()}`;
    const [onlyA] = parts;
    await run(post(ctx, refund(about, key, [onlyA!])));
    const { clearing, ...rest } = afterSale;
    const { "merchant_payable:a": _, "commission:a": __, ...others } = rest;
    expect(await balances(intentId)).toEqual({ clearing, refunds: -6_000, ...others });
    await refundPayment({ intentId, key, amount: 6_000, currency: "EUR" });
    await eventually(async () =>
      expect(await balances(intentId)).toEqual({ clearing: 4_000, ...others }),
    );
  });

  test("that fails after all is owed to the merchants again", async () => {
    const { intentId } = await sold("pm_card_refundFail");
    await refundPayment({ intentId, key: newId(), amount: 5_000, currency: "EUR" });
    await eventually(async () => expect(await balances(intentId)).toEqual(halfGone));
    await sandbox().elapse();
    await eventually(async () => expect(await balances(intentId)).toEqual(afterSale));
  });

  test("told many times and in any order changes nothing more", async () => {
    const { intentId } = await sold("pm_card_refundFail");
    const made = await refundPayment({ intentId, key: newId(), amount: 5_000, currency: "EUR" });
    await sandbox().elapse();
    await eventually(async () => expect(await balances(intentId)).toEqual(afterSale));
    const count = () => db.$count(ledgerTransactions, eq(ledgerTransactions.intentId, intentId));
    const before = await count();
    if (made.kind !== "refunded") throw new Error(made.kind);
    const { createdAt: _, ...payload } = made.refund;
    expect(await deliver("refund.mirrored", payload, 4)).toBe(4);
    expect(await deliver("refunds.changed", { intentId }, 4)).toBe(4);
    expect(await count()).toBe(before);
    expect(await balances(intentId)).toEqual(afterSale);
  });
});

describe("a dispute", () => {
  test("takes from the merchants what the bank took, and gives it back when it is won", async () => {
    const { intentId } = await sold();
    const id = await sandbox().dispute(intentId);
    await eventually(async () => expect(await balances(intentId)).toEqual({}));
    const fees = await db
      .select({ debit: ledgerTransactions.debit })
      .from(ledgerTransactions)
      .where(eq(ledgerTransactions.reference, `fee:${id}:0`));
    expect(fees).toEqual([{ debit: 1_500 }]);
    const evidence = { uncategorized_text: "winning_evidence" };
    await (await stripe()).disputes.update(id!, { evidence });
    await eventually(async () => expect(await balances(intentId)).toEqual(afterSale));
  });

  test("that comes before the sale waits for it", async () => {
    const { id: intentId } = await paid({ amount: 10_000 }, "pm_card_createDispute");
    await sandbox().elapse();
    expect(await standingOf(ctx, intentId)).toBeNull();
    const about = { orderId: newId(), intentId, currency: "EUR" as const, at: Date.now() };
    await run(post(ctx, sale(about, parts)));
    await eventually(async () => expect(await balances(intentId)).toEqual({}));
  });
});

test("every transaction in the books sums to zero, by its entries and by its own count", async () => {
  const wrong = await db.all(sql`
    SELECT t.id FROM ledger_transactions t JOIN ledger_entries e ON e.transaction_id = t.id
    GROUP BY t.id HAVING sum(e.amount) <> 0 OR sum(max(e.amount, 0)) <> t.debit`);
  expect(wrong).toEqual([]);
  expect(await db.$count(ledgerTransactions)).toBeGreaterThan(15);
});
