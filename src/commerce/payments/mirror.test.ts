import { env } from "cloudflare:workers";
import { asc, eq, sql } from "drizzle-orm";
import { beforeEach, describe, expect, test, vi } from "vitest";
import { systemContext } from "../../data/context";
import { events } from "../../data/tables";
import { newId } from "../../lib/id";
import { faults, faultyD1 } from "../../testing/faults";
import { listRefunds, refundPayment } from "./refunds";
import { sandbox, stripe } from "./stripe";
import { providerDisputes, providerRefunds } from "./tables";
import { paid, payable } from "./testing";

const { db } = systemContext();
beforeEach(() => sandbox().setFaults({}));

const told = async (type: string, intentId: string) => {
  const rows = await db
    .select({ payload: events.payload })
    .from(events)
    .where(sql`type = ${type} AND payload->>'intentId' = ${intentId}`)
    .orderBy(asc(events.id));
  return rows.map(({ payload }) => payload as Record<string, unknown>);
};
const eventually = (check: () => Promise<void>) =>
  vi.waitFor(check, { timeout: 10_000, interval: 100 });
const mirrored = (intentId: string) =>
  db.select().from(providerRefunds).where(eq(providerRefunds.intentId, intentId));

describe("the sandbox tells our own endpoint", () => {
  test("of a payment, signed, and it is told on once", async () => {
    const { id, checkoutId } = await paid();
    await sandbox().elapse();
    expect(await told("payment.changed", id)).toEqual([
      { checkoutId, intentId: id, attempt: 1, claims: "succeeded" },
    ]);
  });

  test("twice where it duplicates, and later where it delays, and never where it drops", async () => {
    await sandbox().setFaults({ rates: { duplicate: 1 } });
    const twice = await paid();
    await sandbox().setFaults({ rates: { drop: 1 } });
    const never = await paid();
    await sandbox().setFaults({ rates: { delay: 1 }, delayMs: 60_000 });
    const late = await paid();
    await scheduler.wait(300);
    expect(await told("payment.changed", late.id)).toEqual([]);
    await sandbox().elapse();
    expect(await told("payment.changed", twice.id)).toHaveLength(1);
    expect(await told("payment.changed", never.id)).toEqual([]);
    expect(await told("payment.changed", late.id)).toHaveLength(1);
  });

  test("again, after it was refused", async () => {
    const failed = { times: 0 };
    const { binding } = faultyD1((sql) => {
      if (!/payment_events/.test(sql) || failed.times > 1) return undefined;
      failed.times += 1;
      return faults.lost();
    });
    const broken = vi.spyOn(env.DB, "withSession").mockImplementation(binding.withSession);
    const { id } = await paid();
    await vi.waitFor(() => expect(failed.times).toBe(2), { timeout: 5_000 });
    broken.mockRestore();
    await sandbox().elapse();
    expect(await told("payment.changed", id)).toHaveLength(1);
  });
});

describe("a refund", () => {
  test("in parts is never more than what is left, and one per key", async () => {
    const { id } = await paid({ amount: 1_000 });
    const ask = (amount: number, key: string) =>
      refundPayment({ intentId: id, key, amount, currency: "EUR" });
    expect(await ask(300, "refund:a")).toMatchObject({ kind: "refunded", refund: { amount: 300 } });
    const [first, again] = await Promise.all([ask(300, "refund:b"), ask(300, "refund:b")]);
    expect(first).toEqual(again);
    expect(await ask(401, "refund:c")).toMatchObject({ kind: "refused", code: "amount_too_large" });
    expect(await refundPayment({ intentId: id, key: "refund:rest" })).toMatchObject({
      kind: "refunded",
      refund: { amount: 400, currency: "EUR", key: "refund:rest" },
    });
    expect(await refundPayment({ intentId: id, key: "refund:more" })).toEqual({
      kind: "already_refunded",
    });
    expect((await listRefunds(id)).map(({ amount }) => amount)).toEqual([400, 300, 300]);
  });

  test.each(["fail", "fail_after", "lose"] as const)(
    "is made once where the provider %ss",
    async (fault) => {
      const { id } = await paid({ amount: 1_000 });
      await sandbox().setFaults({ next: [{ path: "/v1/refunds", fault }] });
      const ask = () =>
        refundPayment({ intentId: id, key: `refund:${id}`, amount: 250, currency: "EUR" });
      await expect(ask()).rejects.toThrow(/Stripe did not answer/);
      expect(await ask()).toMatchObject({ kind: "refunded", refund: { amount: 250 } });
      expect(await ask()).toMatchObject({ kind: "refunded", refund: { amount: 250 } });
      expect(await listRefunds(id)).toHaveLength(1);
    },
  );

  test("of what was never paid is refused", async () => {
    const { id } = await payable();
    expect((await refundPayment({ intentId: id, key: newId() })).kind).toBe("refused");
  });

  test("of ours is mirrored with its key, one from the dashboard without", async () => {
    const { id } = await paid({ amount: 1_000 });
    await refundPayment({ intentId: id, key: "refund:1", amount: 400, currency: "EUR" });
    await (await stripe()).refunds.create({ payment_intent: id, amount: 600 });
    await eventually(async () =>
      expect((await mirrored(id)).map(({ key, amount }) => [key, amount]).sort()).toEqual([
        [null, 600],
        ["refund:1", 400],
      ]),
    );
    await eventually(async () =>
      expect(await told("refund.mirrored", id)).toEqual(
        expect.arrayContaining([
          expect.objectContaining({ key: null, amount: 600, status: "succeeded" }),
        ]),
      ),
    );
    expect(await told("refund.mirrored", id)).toHaveLength(2);
  });

  test("that waits is pending first, and told again when it has arrived", async () => {
    const { id } = await paid({}, "pm_card_pendingRefund");
    const made = await refundPayment({ intentId: id, key: "refund:2" });
    expect(made).toMatchObject({ refund: { status: "pending" } });
    await eventually(async () => expect((await mirrored(id))[0]?.status).toBe("pending"));
    await sandbox().elapse();
    await eventually(async () => expect((await mirrored(id))[0]?.status).toBe("succeeded"));
    const statuses = (await told("refund.mirrored", id)).map(({ status }) => status);
    expect(statuses).toEqual(["pending", "succeeded"]);
  });

  test("that fails later is told again, with the reason, and its money can be refunded anew", async () => {
    const { id } = await paid({}, "pm_card_refundFail");
    expect(await refundPayment({ intentId: id, key: "refund:3" })).toMatchObject({
      refund: { status: "succeeded" },
    });
    await eventually(async () => expect(await mirrored(id)).toHaveLength(1));
    await sandbox().elapse();
    await eventually(async () =>
      expect((await mirrored(id))[0]).toMatchObject({
        status: "failed",
        failureReason: "expired_or_canceled_card",
      }),
    );
    expect((await refundPayment({ intentId: id, key: "refund:4" })).kind).toBe("refunded");
  });
});

describe("a dispute", () => {
  const disputed = (intentId: string) =>
    db.select().from(providerDisputes).where(eq(providerDisputes.intentId, intentId));

  test("is mirrored, and followed to its end", async () => {
    const { id } = await paid({ amount: 2_000 }, "pm_card_createDispute");
    await eventually(async () =>
      expect(await disputed(id)).toMatchObject([{ amount: 2_000, status: "needs_response" }]),
    );
    const [row] = await disputed(id);
    const evidence = { uncategorized_text: "winning_evidence" };
    await (await stripe()).disputes.update(row!.id, { evidence });
    await eventually(async () => expect((await disputed(id))[0]?.status).toBe("won"));
    const statuses = (await told("dispute.mirrored", id)).map(({ status }) => status);
    expect(statuses).toEqual(["needs_response", "won"]);
    expect(await refundPayment({ intentId: id, key: "refund:5" })).toMatchObject({
      kind: "refused",
      code: "charge_disputed",
    });
  });
});
