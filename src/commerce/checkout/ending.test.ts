import { describe, expect, it } from "vitest";
import { answerOf } from "./answers";
import type { CheckoutEvent, IntentStatus } from "./events";
import { alarmAt } from "./pending";
import { beginCheckout, step } from "./saga";
import type { CheckoutState } from "./state";

const minute = 60_000;
const expiry = 15 * minute;
const purchase = {
  cartId: "cart",
  hash: "hash",
  amount: 1999,
  currency: "USD",
  lines: [
    { variantId: "a", quantity: 1 },
    { variantId: "b", quantity: 1 },
  ],
};

function run(now: number, state: CheckoutState, ...events: CheckoutEvent[]) {
  let last = { state, effects: beginCheckout("c1", purchase, 0).effects };
  for (const event of events) last = step(last.state, event, now);
  return last;
}

const seen = (status: IntentStatus, change = {}): CheckoutEvent => ({
  type: "intentSeen",
  intent: { id: "pi", status, amount: 1999, currency: "USD", ...change },
});
const hint: CheckoutEvent = { type: "hinted", intentId: "pi", attempt: 1, claims: "succeeded" };
const cancel: CheckoutEvent = { type: "cancelRequested", reason: "cancelled" };
const refused: CheckoutEvent = { type: "cancelRefused", intentId: "pi" };
const payable = run(
  0,
  beginCheckout("c1", purchase, 0).state,
  { type: "opened" },
  { type: "reserved", variantId: "a" },
  { type: "reserved", variantId: "b" },
  { type: "recorded" },
  { type: "intentCreated", attempt: 1, intentId: "pi", clientSecret: "secret" },
).state;

describe("an end", () => {
  it("cancels the intent first, then frees every hold, then says so", () => {
    const cancelling = run(expiry, payable, { type: "woken" });
    expect(cancelling.effects[1]).toEqual({
      type: "cancelIntent",
      intentId: "pi",
      key: "cancel:pi:0",
    });
    const dead = run(expiry, cancelling.state, { type: "intentCancelled", intentId: "pi" });
    expect(dead.effects[1]).toEqual({ type: "release", variantId: "a" });
    const closing = run(
      expiry,
      dead.state,
      { type: "released", variantId: "a" },
      { type: "released", variantId: "b" },
    );
    expect(closing.effects[1]).toMatchObject({ orderStatus: "expired", reason: "expired" });
    const closed = run(expiry, closing.state, { type: "closed" });
    expect(closed.effects).toEqual([{ type: "armAlarm", at: null }]);
    expect(answerOf(closed.state)).toMatchObject({ kind: "closed", reason: "expired" });
  });

  it("gives way to money that arrived in time", () => {
    const { state, effects } = run(expiry, payable, { type: "woken" }, refused, seen("succeeded"));
    expect(effects[1]).toEqual({ type: "commit", variantId: "a" });
    expect(state.ending).toBe(null);
  });

  it("waits for money on its way and frees nothing meanwhile", () => {
    const waiting = run(0, payable, cancel, refused, seen("processing"));
    expect(waiting.state).toMatchObject({ step: "settling", ending: "cancelled" });
    expect(waiting.effects).toEqual([{ type: "armAlarm", at: 10 * minute }]);
    const failed = run(expiry, waiting.state, hint, seen("requires_payment_method"));
    expect(failed.effects[1]).toMatchObject({ type: "cancelIntent", key: "cancel:pi:1" });
    const settled = run(expiry, waiting.state, hint, seen("succeeded"));
    expect(settled.state.step).toBe("committing");
  });

  it("learns the intent's id before it cancels it", () => {
    const creating = { ...payable, step: "creating" as const, intent: null };
    const ending = run(0, creating, cancel);
    expect(ending.state).toMatchObject({ step: "creating", ending: "cancelled" });
    const { state, effects } = run(0, ending.state, {
      type: "intentCreated",
      attempt: 1,
      intentId: "pi",
      clientSecret: "secret",
    });
    expect(effects[1]).toMatchObject({ type: "cancelIntent", intentId: "pi" });
    expect(answerOf(state)).toBe(null);
  });

  it("of a reservation on its way leaves a tombstone behind it", () => {
    const reserving = { ...payable, step: "reserving" as const, cursor: 1, intent: null };
    const { state } = run(0, reserving, cancel);
    expect(state).toMatchObject({ step: "releasing", touched: 2 });
    expect(run(0, state, { type: "reserved", variantId: "b" }).effects).toEqual([]);
  });
});

describe("money that is not as expected", () => {
  it.each([
    ["amount", { amount: 1998 }],
    ["currency", { currency: "EUR" }],
  ])("another %s is reviewed: nothing is sold, nothing freed, people are told", (_, change) => {
    const review = run(0, payable, hint, seen("succeeded", change));
    expect(review.effects[1]).toEqual({ type: "recordReview", reason: "amount_mismatch" });
    const noted = run(0, review.state, { type: "reviewed" });
    expect(noted.effects).toEqual([{ type: "armAlarm", at: null }]);
    expect(run(expiry, noted.state, { type: "woken" }, cancel, hint).state.step).toBe("review");
    const refunding = run(0, noted.state, { type: "refundOrdered" });
    expect(refunding.effects[1]).toEqual({ type: "refund", intentId: "pi", key: "refund:pi" });
    const back = run(0, refunding.state, { type: "refunded", intentId: "pi" });
    expect(back.effects[1]).toEqual({ type: "release", variantId: "a" });
  });

  it("what was sold before a hold proved lost is put back after the refund", () => {
    const { state } = run(
      0,
      payable,
      hint,
      seen("succeeded"),
      { type: "committed", variantId: "a" },
      { type: "commitRefused", variantId: "b" },
    );
    expect(state).toMatchObject({ step: "review", problem: "stock_lost" });
    const undoing = run(0, state, { type: "refundOrdered" }, { type: "refunded", intentId: "pi" });
    expect(undoing.effects[1]).toEqual({
      type: "restock",
      variantId: "a",
      quantity: 1,
      reference: "undo:c1",
    });
    const next = run(0, undoing.state, { type: "released", variantId: "a" });
    expect(next.effects[1]).toEqual({ type: "release", variantId: "b" });
  });

  it("a success after the end is refunded in full, once", () => {
    const closed = { ...payable, step: "closed" as const, ending: "expired" as const };
    const looking = run(expiry, closed, hint);
    expect(looking.effects).toContainEqual({ type: "retrieveIntent", intentId: "pi" });
    const refunding = run(expiry, looking.state, hint, seen("succeeded"));
    expect(refunding.effects).toContainEqual({ type: "refund", intentId: "pi", key: "refund:pi" });
    const done = run(expiry, refunding.state, { type: "refunded", intentId: "pi" });
    expect(done.effects).toEqual([{ type: "armAlarm", at: null }]);
    expect(run(expiry, done.state, hint).effects).toEqual([]);
  });

  it("an intent that is not the order's own is cancelled, or refunded when paid", () => {
    const other: CheckoutEvent = { ...hint, intentId: "stray", attempt: 2 };
    const looking = run(0, payable, other);
    expect(looking.state.step).toBe("awaiting");
    const open = run(0, looking.state, seen("requires_action", { id: "stray" }));
    expect(open.effects).toContainEqual(expect.objectContaining({ type: "cancelIntent" }));
    const paid = run(0, looking.state, seen("succeeded", { id: "stray" }));
    expect(paid.effects).toContainEqual(expect.objectContaining({ type: "refund" }));
  });
});

describe("the alarm", () => {
  it("polls while the buyer pays and is never later than the expiry", () => {
    expect(alarmAt(payable, minute)).toBe(6 * minute);
    expect(alarmAt(payable, 12 * minute)).toBe(expiry);
  });

  it("comes less often while nothing gets better, a quarter of an hour at most", () => {
    const stuck = { ...payable, step: "completing" as const };
    expect([0, 1, 2, 20].map((waits) => alarmAt({ ...stuck, waits }, 0))).toEqual([
      5_000,
      10_000,
      20_000,
      15 * minute,
    ]);
    expect(run(0, stuck, { type: "woken" }, { type: "woken" }).state.waits).toBe(2);
  });

  it("issues again what was pending when the object died", () => {
    const { effects } = run(0, { ...payable, step: "completing" }, { type: "woken" });
    expect(effects[1]).toEqual({ type: "completeOrder", intentId: "pi" });
  });
});
