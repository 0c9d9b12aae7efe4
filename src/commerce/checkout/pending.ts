import { cancel, type Effect, refund } from "./effects";
import type { CheckoutState } from "./state";
import { strayEffects } from "./strays";

const second = 1_000;
const minute = 60 * second;
const pollEvery = 5 * minute;
const settleEvery = 10 * minute;
const slowestRetry = 15 * minute;
/** A variant asks what became of its hold only after the checkout had time to end by itself. */
const holdGrace = 2 * minute;

/** The effect a state is waiting for: saved before it is issued, issued again after a crash. */
export function pendingEffect(state: CheckoutState): Effect | null {
  const { id, purchase, intent } = state;
  const line = purchase.lines[state.cursor];
  switch (state.step) {
    case "opening":
      return { type: "openCheckout" };
    case "displacing":
      return state.rival ? { type: "displace", checkoutId: state.rival } : null;
    case "reserving":
      return line ? { type: "reserve", ...line, expiresAt: state.expiresAt + holdGrace } : null;
    case "recording":
      return { type: "recordOrder" };
    case "creating": {
      const { attempt } = state;
      const { amount, currency } = purchase;
      return { type: "createIntent", key: `pi:${id}:${attempt}`, attempt, amount, currency };
    }
    case "verifying":
      return intent ? { type: "retrieveIntent", intentId: intent.id } : null;
    case "cancelling":
      return intent ? cancel(intent.id, state.cancels) : null;
    case "committing":
      return line ? { type: "commit", variantId: line.variantId } : null;
    case "completing":
      return { type: "completeOrder", intentId: intent?.id ?? null };
    case "releasing":
      if (!line) return null;
      return state.cursor < state.committed
        ? { type: "restock", ...line, reference: `undo:${id}` }
        : { type: "release", variantId: line.variantId };
    case "closing": {
      const reason = state.ending ?? "cancelled";
      const orderStatus = reason === "expired" ? "expired" : "cancelled";
      return { type: "closeCheckout", orderStatus, reason };
    }
    case "review":
      return state.problem && !state.noted ? { type: "recordReview", reason: state.problem } : null;
    case "refunding":
      return intent ? refund(intent.id) : null;
    case "awaiting":
    case "settling":
    case "paid":
    case "closed":
      return null;
  }
}

/** When the object must wake by itself; `null` when nothing is left to do without a person. */
export function alarmAt(state: CheckoutState, now: number): number | null {
  const retry = now + Math.min(5 * second * 2 ** Math.min(state.waits, 10), slowestRetry);
  if (strayEffects(state.strays).length > 0) return retry;
  switch (state.step) {
    case "paid":
    case "closed":
      return null;
    case "review":
      return state.noted ? null : retry;
    case "awaiting":
      return Math.min(state.expiresAt, now + pollEvery);
    case "settling":
      return now + settleEvery;
    default:
      return retry;
  }
}
