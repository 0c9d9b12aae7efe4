import { describe, expect, it } from "vitest";
import { answerOf, endOf, holdStatusOf } from "./answers";
import type { CheckoutEvent, IntentStatus } from "./events";
import { beginCheckout, step } from "./saga";
import type { CheckoutState, Purchase } from "./state";

const minute = 60_000;
const purchase: Purchase = {
  cartId: "cart",
  hash: "hash",
  amount: 1999,
  currency: "USD",
  lines: [
    { variantId: "b", quantity: 1 },
    { variantId: "a", quantity: 2 },
    { variantId: "b", quantity: 2 },
  ],
};

const begun = (change: Partial<Purchase> = {}) =>
  beginCheckout("c1", { ...purchase, ...change }, 0, 15 * minute);

/** Through events, a second apart, as the object would: saved and read again in between. */
function run(state: CheckoutState, ...events: CheckoutEvent[]) {
  let last = { state, effects: begun().effects };
  for (const event of events) last = step(JSON.parse(JSON.stringify(last.state)), event, 1_000);
  return last;
}

const ordered: CheckoutEvent[] = [
  { type: "opened" },
  { type: "reserved", variantId: "a" },
  { type: "reserved", variantId: "b" },
  { type: "recorded" },
];
const payable: CheckoutEvent[] = [
  ...ordered,
  { type: "intentCreated", attempt: 1, intentId: "pi", clientSecret: "secret" },
];
const hinted = (claims: IntentStatus | null = null): CheckoutEvent => ({
  type: "hinted",
  intentId: "pi",
  attempt: 1,
  claims,
});
const seen = (status: IntentStatus, change = {}): CheckoutEvent => ({
  type: "intentSeen",
  intent: { id: "pi", status, amount: 1999, currency: "USD", ...change },
});
const cancel: CheckoutEvent = { type: "cancelRequested", reason: "cancelled" };

describe("the way to a paid order", () => {
  it("opens, reserves each variant once in order of ids, records, asks for an intent", () => {
    expect(begun().effects).toEqual([{ type: "armAlarm", at: 5_000 }, { type: "openCheckout" }]);
    expect(run(begun().state, { type: "opened" }).effects[1]).toEqual({
      type: "reserve",
      variantId: "a",
      quantity: 2,
      expiresAt: 17 * minute,
    });
    const second = run(begun().state, ...ordered.slice(0, 2));
    expect(second.effects[1]).toMatchObject({ type: "reserve", variantId: "b", quantity: 3 });
    expect(run(begun().state, ...ordered.slice(0, 3)).effects[1]).toEqual({ type: "recordOrder" });
    expect(run(begun().state, ...ordered).effects[1]).toEqual({
      type: "createIntent",
      key: "pi:c1:1",
      attempt: 1,
      amount: 1999,
      currency: "USD",
    });
  });

  it("commits and completes only after it has looked itself", () => {
    const looking = run(begun().state, ...payable, hinted("succeeded"));
    expect(looking.effects[1]).toEqual({ type: "retrieveIntent", intentId: "pi" });
    const paying = run(looking.state, seen("succeeded"));
    expect(paying.effects[1]).toEqual({ type: "commit", variantId: "a" });
    const committed: CheckoutEvent[] = [
      { type: "committed", variantId: "a" },
      { type: "committed", variantId: "b" },
    ];
    const completing = run(paying.state, ...committed);
    expect(completing.effects[1]).toEqual({ type: "completeOrder", intentId: "pi" });
    const paid = run(completing.state, { type: "completed" });
    expect(paid.effects).toEqual([{ type: "armAlarm", at: null }]);
    expect(answerOf(paid.state)).toEqual({ kind: "paid" });
    expect(run(paid.state, hinted("succeeded"), cancel).state).toEqual(paid.state);
  });

  it("needs no intent when nothing is to be paid", () => {
    const { state, effects } = run(begun({ amount: 0 }).state, ...ordered);
    expect(effects[1]).toEqual({ type: "commit", variantId: "a" });
    const paid = run(
      state,
      { type: "committed", variantId: "a" },
      { type: "committed", variantId: "b" },
      { type: "completed" },
    );
    expect(paid.state.step).toBe("paid");
  });

  it("lets a declined buyer try again", () => {
    const { state } = run(begun().state, ...payable, hinted(), seen("requires_payment_method"));
    expect(answerOf(state)).toEqual({ kind: "payable", intentId: "pi", clientSecret: "secret" });
  });

  it("looks again when news comes during a look", () => {
    const { state, effects } = run(
      begun().state,
      ...payable,
      hinted(),
      hinted("succeeded"),
      seen("requires_action"),
    );
    expect(state.step).toBe("verifying");
    expect(effects[1]).toEqual({ type: "retrieveIntent", intentId: "pi" });
  });
});

describe("refusals", () => {
  it("a variant that has too little frees the others and says what is left", () => {
    const refused = run(begun().state, ...ordered.slice(0, 2), {
      type: "reserveRefused",
      variantId: "b",
      available: 1,
    });
    expect(refused.effects[1]).toEqual({ type: "release", variantId: "a" });
    const closing = run(refused.state, { type: "released", variantId: "a" });
    expect(closing.effects[1]).toEqual({
      type: "closeCheckout",
      orderStatus: "cancelled",
      reason: "insufficient_stock",
    });
    const { state } = run(closing.state, { type: "closed" });
    expect(answerOf(state)).toMatchObject({
      kind: "closed",
      reason: "insufficient_stock",
      left: { variantId: "b", available: 1 },
    });
  });

  it("a first refusal holds nothing, unless an older copy of the request may still arrive", () => {
    const refusal: CheckoutEvent = { type: "reserveRefused", variantId: "a", available: 0 };
    expect(run(begun().state, { type: "opened" }, refusal).state.step).toBe("closing");
    const doubtful = run(begun().state, { type: "opened" }, { type: "woken" }, refusal);
    expect(doubtful.effects[1]).toEqual({ type: "release", variantId: "a" });
  });

  it("an empty purchase is no checkout", () => {
    expect(() => begun({ lines: [] })).toThrow(RangeError);
  });

  it("the same purchase again points to the checkout that asks for it", () => {
    const live = { checkoutId: "c0", hash: "hash" };
    const { state } = run(begun().state, { type: "openRefused", live }, { type: "closed" });
    expect(answerOf(state)).toMatchObject({ reason: "duplicate", twin: "c0" });
  });

  it("another total ends the older checkout first, and gives way to its payment", () => {
    const live = { checkoutId: "c0", hash: "other" };
    const displacing = run(begun().state, { type: "openRefused", live });
    expect(displacing.effects[1]).toEqual({ type: "displace", checkoutId: "c0" });
    const reaction = (outcome: "closed" | "paid" | "busy") =>
      run(displacing.state, { type: "displaced", outcome }).effects[1];
    expect(reaction("closed")).toEqual({ type: "openCheckout" });
    expect(reaction("paid")).toMatchObject({ type: "closeCheckout", reason: "cart_changed" });
    expect(reaction("busy")).toMatchObject({
      type: "closeCheckout",
      reason: "payment_in_progress",
    });
  });

  it("a stored failure is answered by a new key, three times at most", () => {
    const failed = (attempt: number): CheckoutEvent => ({ type: "intentFailed", attempt });
    const second = run(begun().state, ...ordered, failed(1), failed(1));
    expect(second.effects).toEqual([]);
    expect(second.state.attempt).toBe(2);
    const last = run(second.state, failed(2), failed(3));
    expect(last.state).toMatchObject({ step: "releasing", ending: "payment_unavailable" });
  });
});

describe("what a checkout tells others", () => {
  it("a hold is free only when its checkout is closed", () => {
    const { state } = run(begun().state, ...payable);
    expect(holdStatusOf(state)).toBe("alive");
    expect(holdStatusOf({ ...state, step: "releasing" })).toBe("alive");
    expect(holdStatusOf({ ...state, step: "closed" })).toBe("closed");
    expect(holdStatusOf({ ...state, step: "paid" })).toBe("paid");
  });

  it("a request to end is undecided until the intent is dead or paid", () => {
    const { state } = run(begun().state, ...payable, cancel);
    expect(endOf(state)).toBe(null);
    expect(endOf({ ...state, step: "settling" })).toBe("busy");
    expect(endOf({ ...state, step: "committing" })).toBe("paid");
    expect(endOf({ ...state, step: "closed" })).toBe("closed");
  });
});
