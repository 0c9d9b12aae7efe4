import { checkoutSteps } from "../transitions";
import { type Intent, intentIdOf, isDead, isPayable } from "./provider";
import type { Scenario } from "./scenario";
import type { Rules, View } from "./world";

type Checkout = View["checkouts"][number];

const orderSteps: Record<string, string[]> = {
  none: ["pending_payment"],
  pending_payment: ["paid", "expired", "cancelled"],
};

const known = (checkout: Checkout): Intent[] => checkout.intents.filter(({ lost }) => !lost);

/** Numbers are those of the shop's invariants. */
export function always(view: View, { stock, faults, coupons }: Scenario): string | null {
  const uses = view.database.orders.filter(
    (order) => order === "pending_payment" || order === "paid",
  );
  if (uses.length > coupons) return "10 a promotion is used no more often than allowed";
  for (const [index, { level, holds }] of view.variants.entries()) {
    const sum = holds.reduce((held, hold) => held + (hold?.state === "held" ? hold.taken : 0), 0);
    const sold = holds.reduce((n, hold) => n + (hold?.state === "committed" ? hold.taken : 0), 0);
    if (level.onHand < 0 || sum < 0 || sum > level.onHand || sum !== level.held)
      return "1 stock stays between its bounds";
    if (sold > (stock[index] ?? 0)) return "1 no more is committed than there was";
  }
  for (const [me, checkout] of view.checkouts.entries()) {
    const { saga, intents, plan } = checkout;
    const state = saga?.state;
    const holds = view.variants.map((variant) => variant.holds[me]?.state);
    const free = plan.amount === 0;
    const exact = intents.some(
      (intent) =>
        intent.status === "succeeded" && intent.amount === plan.amount && !intent.refunded,
    );
    if (view.database.orders[me] === "paid" && !free && !exact)
      return "5 a paid order rests on a succeeded intent of its amount";
    if ((view.database.completions[me] ?? 0) > 1) return "8 an order is completed once";
    if (faults.sabotages === 0) {
      if (holds.includes("released") && !known(checkout).every(isDead))
        return "7 a hold is released only when its payment is dead";
      if (state?.problem && state.problem !== "amount_mismatch")
        return "7 what was paid can be delivered";
    }
    const underway = known(checkout).filter((intent) => !isDead(intent));
    if (underway.length > 1) return "6 one intent at a time can be paid";
    if (!state) continue;
    const resting = checkoutSteps[state.step].length === 0 || (state.problem && state.noted);
    if (!resting && !saga?.armed) return "a checkout at work has its alarm set";
  }
  return null;
}

export function legal(view: View, before: View, mayFollow: Rules["mayFollow"]): string | null {
  for (const [me, { saga }] of view.checkouts.entries()) {
    const [from, to] = [before.database.orders[me] ?? "", view.database.orders[me] ?? ""];
    if (from !== to && !orderSteps[from]?.includes(to)) return "13 an order's history is legal";
    const old = before.checkouts[me]?.saga?.state.step;
    const step = saga?.state.step;
    if (old && step && old !== step && !mayFollow(old, step))
      return "13 a checkout's steps are legal";
  }
  return null;
}

/** Of ended checkouts: nothing is under way; requests of the dead, and webhooks, may still arrive or never will. */
export function drained(view: View): boolean {
  return view.checkouts.every(({ saga, packets, intents }, me) => {
    if (!saga) return true;
    const { strays } = saga.state;
    const swept = intents.every(
      ({ lost, status }, index) =>
        !lost ||
        status !== "succeeded" ||
        strays.some(({ intentId }) => intentId === intentIdOf(me, index)),
    );
    return (
      strays.every(({ phase }) => phase === "settled") &&
      packets.every(({ kind }) => kind === "orphan" || kind === "echo") &&
      swept
    );
  });
}

export function end(view: View, { stock }: Scenario): string | null {
  const paid = view.checkouts.filter((_, me) => view.database.orders[me] === "paid");
  for (const [index, { level, moved, references }] of view.variants.entries()) {
    const sold = paid.reduce((sum, { plan }) => sum + (plan.quantities[index] ?? 0), 0);
    if (moved !== level.onHand - (stock[index] ?? 0) || moved !== -sold)
      return "2 stock is the sum of its movements, and sales are the paid lines";
    if (new Set(references).size !== references.length) return "2 a movement is written once";
  }
  const bought = new Set<string>();
  for (const [me, { saga, intents, plan }] of view.checkouts.entries()) {
    if (!saga) continue;
    const order = view.database.orders[me];
    if (view.variants.some((variant) => variant.holds[me]?.state === "held"))
      return "3 no hold of a terminal checkout";
    const kept = intents.filter(({ status, refunded }) => status === "succeeded" && !refunded);
    const due = order === "paid" && plan.amount > 0 ? 1 : 0;
    if (kept.length !== due) return "4 every succeeded intent is one paid order or refunded";
    const version = `${plan.cart}:${plan.version}`;
    if (order === "paid" && bought.has(version)) return "6 a cart is bought once";
    if (order === "paid") bought.add(version);
    if (order !== "paid" && intents.some((intent) => !intent.lost && isPayable(intent)))
      return "7 nothing whose hold is released stays payable";
    if (view.database.rows[me] !== saga.state.step) return "17 the row says what the object says";
    if (order === "pending_payment") return "17 no order of an ended checkout waits for payment";
    if ((order === "paid") !== (saga.state.step === "paid")) return "17 the order says so too";
  }
  return null;
}
