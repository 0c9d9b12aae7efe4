import type { RetrievedIntent } from "./events";
import type { CheckoutState, Ending, ReviewReason } from "./state";
import type { CheckoutStep } from "./transitions";

/** `act` issues the pending effect of the new state; a move without it only takes note. */
export interface Move<To extends CheckoutStep> {
  state: CheckoutState;
  act: boolean;
  /** Never set: it lets the compiler refuse a move that the table of steps does not allow. */
  to?: To;
}

export function enter<To extends CheckoutStep>(
  state: CheckoutState,
  to: To,
  patch: Partial<CheckoutState> = {},
): Move<To> {
  return { state: { ...state, ...patch, step: to }, act: true };
}

export function note(state: CheckoutState, patch: Partial<CheckoutState>): Move<never> {
  return { state: { ...state, ...patch }, act: false };
}

export function ignore(state: CheckoutState): Move<never> {
  return { state, act: false };
}

/** An answer that belongs to another line is an older copy. */
export function isAtLine(state: CheckoutState, variantId: string): boolean {
  return state.purchase.lines[state.cursor]?.variantId === variantId;
}

/** On to the next line of the same step while there is one below `end`. */
export function nextLine<Here extends CheckoutStep, To extends CheckoutStep>(
  state: CheckoutState,
  here: Here,
  variantId: string,
  end: number,
  done: () => Move<To>,
): Move<Here | To> {
  if (!isAtLine(state, variantId)) return ignore(state);
  const cursor = state.cursor + 1;
  return cursor < end ? enter(state, here, { cursor, doubtful: false }) : done();
}

/** To be entered only when no money can move any more. */
export function release(
  state: CheckoutState,
  reason: Ending,
  touched = state.purchase.lines.length,
): Move<"releasing"> {
  return enter(state, "releasing", { ending: state.ending ?? reason, cursor: 0, touched });
}

export function review(
  state: CheckoutState,
  problem: ReviewReason,
  committed: number,
): Move<"review"> {
  return enter(state, "review", { problem, committed, ending: null });
}

/** Step 6: only what the provider's API said counts, and money that arrived outranks a wish to end. */
export function judge(before: CheckoutState, { id, status, amount, currency }: RetrievedIntent) {
  if (id !== before.intent?.id) return ignore(before);
  const state = { ...before, lookAgain: false };
  if (status === "succeeded") {
    const exact = amount === state.purchase.amount && currency === state.purchase.currency;
    return exact
      ? enter(state, "committing", { cursor: 0, ending: null })
      : review(state, "amount_mismatch", 0);
  }
  if (status === "canceled") return release(state, "cancelled");
  if (before.lookAgain) return enter(state, "verifying");
  if (status === "processing") return enter(state, "settling");
  return enter(state, state.ending ? "cancelling" : "awaiting");
}
