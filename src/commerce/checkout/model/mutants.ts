import * as stock from "../../stock/stock";
import type { CheckoutEvent } from "../events";
import { pendingEffect } from "../pending";
import { type Step, step } from "../saga";
import type { CheckoutState } from "../state";
import { closeCheckout, completeOrder, openCheckout, put, recordOrder } from "./database";
import { createIntent } from "./provider";
import type { Scenario } from "./scenario";
import { alone, lastUnits, oneCoupon, rivals, strayPaid } from "./scenarios";
import type { Rules } from "./world";

export interface Mutant {
  name: string;
  /** The law that it breaks. */
  law: string;
  scenario: Scenario;
  rules: Partial<Rules>;
}

const tooEarly = "7 a hold is released only when its payment is dead";

/** The saga with another state in place of the one it chose, whatever the table of steps says. */
function divert(
  choose: (
    next: CheckoutState,
    event: CheckoutEvent,
    before: CheckoutState,
  ) => Partial<CheckoutState> | null,
): Partial<Rules> {
  const diverted = (before: CheckoutState, event: CheckoutEvent, now: number): Step => {
    const real = step(before, event, now);
    const patch = choose(real.state, event, before);
    if (!patch) return real;
    const state = { ...real.state, ...patch };
    const effect = pendingEffect(state);
    const alarm = { type: "armAlarm", at: now } as const;
    return { state, effects: effect ? [alarm, effect] : [alarm] };
  };
  return { step: diverted, mayFollow: () => true };
}

const releasing = ({ purchase }: CheckoutState) =>
  ({ step: "releasing", cursor: 0, touched: purchase.lines.length }) as const;

export const mutants: Mutant[] = [
  {
    name: "releases holds by the clock",
    law: tooEarly,
    scenario: alone,
    rules: { decideDueHold: () => "release" },
  },
  {
    name: "releases before cancelling the intent",
    law: tooEarly,
    scenario: alone,
    rules: divert((next, _, before) =>
      next.step === "cancelling" && before.step !== "cancelling" ? releasing(next) : null,
    ),
  },
  {
    name: "takes a refused cancellation for a cancelled intent",
    law: tooEarly,
    scenario: alone,
    rules: divert((next, event) => (event.type === "cancelRefused" ? releasing(next) : null)),
  },
  {
    name: "takes a slow payment for a dead one",
    law: tooEarly,
    scenario: alone,
    rules: divert((next) => (next.step === "settling" && next.ending ? releasing(next) : null)),
  },
  {
    name: "leaves no tombstone",
    law: "3 no hold of a terminal checkout",
    scenario: alone,
    rules: {
      release: (level, hold) => {
        const change = stock.release(level, hold);
        return change.hold?.state === "released" ? { ...change, hold: undefined } : change;
      },
    },
  },
  {
    name: "trusts a refusal while an older copy of the reservation is still travelling",
    law: "3 no hold of a terminal checkout",
    scenario: lastUnits,
    rules: divert((next) => (next.doubtful ? { doubtful: false } : null)),
  },
  {
    name: "believes a webhook without retrieving the intent",
    law: "5 a paid order rests on a succeeded intent of its amount",
    scenario: alone,
    rules: divert((_, event, before) =>
      event.type === "hinted" && event.claims === "succeeded" && before.step === "awaiting"
        ? { step: "committing", cursor: 0 }
        : null,
    ),
  },
  {
    name: "does not compare the amount",
    law: "5 a paid order rests on a succeeded intent of its amount",
    scenario: alone,
    rules: {
      step: (state, event, now) => {
        if (event.type !== "intentSeen") return step(state, event, now);
        const { amount, currency } = state.purchase;
        return step(state, { ...event, intent: { ...event.intent, amount, currency } }, now);
      },
    },
  },
  {
    name: "completes an order twice",
    law: "8 an order is completed once",
    scenario: alone,
    rules: {
      completeOrder: (database, among, me) => {
        const [next, answer] = completeOrder(database, among, me);
        if (database.orders[me] !== "paid") return [next, answer];
        return [put(next, "completions", me, (next.completions[me] ?? 0) + 1), answer];
      },
    },
  },
  {
    name: "sells a hold twice",
    law: "1 stock stays between its bounds",
    scenario: alone,
    rules: {
      commit: (level, hold, id) =>
        stock.commit(level, hold?.state === "committed" ? { ...hold, state: "held" } : hold, id),
    },
  },
  {
    name: "uses a new idempotency key for every call",
    law: "6 one intent at a time can be paid",
    scenario: alone,
    rules: {
      createIntent: (account, me, attempt, amount, fault) => {
        const intents = account.intents.map((intent) => ({ ...intent, attempt: -1 }));
        return createIntent({ ...account, intents }, me, attempt, amount, fault);
      },
    },
  },
  {
    name: "opens a checkout beside a live one of the same cart",
    law: "6 a cart is bought once",
    scenario: rivals,
    rules: {
      openCheckout: (database, among, me) => {
        const alone = {
          ...database,
          rows: database.rows.map((row, at) => (at === me ? row : ("none" as const))),
        };
        const [next, answer] = openCheckout(alone, among, me);
        return [
          {
            ...next,
            rows: database.rows.map((row, at) => (at === me ? (next.rows[at] ?? row) : row)),
          },
          answer,
        ];
      },
    },
  },
  {
    name: "leaves a bought cart full",
    law: "6 a cart is bought once",
    scenario: rivals,
    rules: {
      completeOrder: (database, among, me) => {
        const [next, answer] = completeOrder(database, among, me);
        return [{ ...next, carts: database.carts }, answer];
      },
    },
  },
  {
    name: "counts no coupons",
    law: "10 a promotion is used no more often than allowed",
    scenario: oneCoupon,
    rules: {
      recordOrder: (database, among, me) => recordOrder(database, { ...among, coupons: 2 }, me),
    },
  },
  {
    name: "closes only what was opened, so that a late opening lives on",
    law: "17 the row says what the object says",
    scenario: alone,
    rules: {
      closeCheckout: (database, among, me, status) =>
        database.rows[me] === "none"
          ? [database, { type: "closed" }]
          : closeCheckout(database, among, me, status),
    },
  },
  {
    name: "ignores the payment of an intent that is not its own",
    law: "without the buyer, alarms alone lead to an end",
    scenario: strayPaid,
    rules: {
      step: (state, event, now) => {
        const foreign = event.type === "hinted" && event.intentId !== state.intent?.id;
        return foreign ? { state, effects: [] } : step(state, event, now);
      },
    },
  },
  {
    name: "never arms the alarm",
    law: "a checkout at work has its alarm set",
    scenario: alone,
    rules: {
      step: (state, event, now) => {
        const { state: next, effects } = step(state, event, now);
        return { state: next, effects: effects.filter(({ type }) => type !== "armAlarm") };
      },
    },
  },
];
