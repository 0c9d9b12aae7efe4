import type { Effect } from "./effects";
import type { CheckoutEvent, EventOf } from "./events";
import {
  enter,
  ignore,
  isAtLine,
  judge,
  type Move,
  nextLine,
  note,
  release,
  review,
} from "./moves";
import { alarmAt, pendingEffect } from "./pending";
import { type CheckoutState, newCheckout } from "./state";
import { addStray, isStray, type Stray, stepStrays, strayEffects } from "./strays";
import type { CheckoutStep, StepAfter } from "./transitions";

export interface Step {
  /** To be saved before any of the effects is performed. */
  state: CheckoutState;
  effects: Effect[];
}

/** What a step does with an event; an event it does not name changes nothing. */
type Row<S extends CheckoutStep> = {
  [T in CheckoutEvent["type"]]?: (
    state: CheckoutState,
    event: EventOf<T>,
  ) => Move<S | StepAfter<S>>;
};

const maxAttempts = 3;

const saga: { [S in CheckoutStep]: Row<S> } = {
  opening: {
    opened: (state) => enter(state, "reserving", { cursor: 0 }),
    openRefused: (state, { live }) => {
      if (!live) return enter(state, "closing", { ending: "cart_changed" });
      const twin = live.hash === state.purchase.hash;
      return twin
        ? enter(state, "closing", { ending: "duplicate", rival: live.checkoutId })
        : enter(state, "displacing", { rival: live.checkoutId });
    },
    cancelRequested: (state, { reason }) => enter(state, "closing", { ending: reason }),
  },
  displacing: {
    displaced: (state, { outcome }) => {
      if (outcome === "closed") return enter(state, "opening", { rival: null });
      const ending = outcome === "paid" ? "cart_changed" : "payment_in_progress";
      return enter(state, "closing", { ending });
    },
    cancelRequested: (state, { reason }) => enter(state, "closing", { ending: reason }),
  },
  reserving: {
    reserved: (state, { variantId }) =>
      nextLine(state, "reserving", variantId, state.purchase.lines.length, () =>
        enter(state, "recording"),
      ),
    reserveRefused: (state, { variantId, available }) => {
      if (!isAtLine(state, variantId)) return ignore(state);
      const touched = state.cursor + (state.doubtful ? 1 : 0);
      const patch = { ending: "insufficient_stock", left: { variantId, available } } as const;
      return touched === 0
        ? enter(state, "closing", patch)
        : enter(state, "releasing", { ...patch, cursor: 0, touched });
    },
    cancelRequested: (state, { reason }) => release(state, reason, state.cursor + 1),
    woken: (state) => enter(state, "reserving", { doubtful: true }),
  },
  recording: {
    recorded: (state) =>
      state.purchase.amount === 0
        ? enter(state, "committing", { cursor: 0 })
        : enter(state, "creating", { attempt: 1 }),
    recordRefused: (state, { reason }) => release(state, reason),
    cancelRequested: (state, { reason }) => release(state, reason),
  },
  creating: {
    intentCreated: (state, { attempt, intentId, clientSecret }) => {
      if (attempt !== state.attempt) return ignore(state);
      const intent = { id: intentId, clientSecret };
      return enter(state, state.ending ? "cancelling" : "awaiting", { intent });
    },
    intentRefused: (state, { attempt }) =>
      attempt === state.attempt ? release(state, "payment_refused") : ignore(state),
    intentFailed: (state, { attempt }) => {
      if (attempt !== state.attempt) return ignore(state);
      return state.ending || attempt >= maxAttempts
        ? release(state, "payment_unavailable")
        : enter(state, "creating", { attempt: attempt + 1 });
    },
    cancelRequested: (state, { reason }) => note(state, { ending: reason }),
  },
  awaiting: {
    hinted: (state) => enter(state, "verifying"),
    woken: (state) => enter(state, "verifying"),
    cancelRequested: (state, { reason }) => enter(state, "cancelling", { ending: reason }),
  },
  verifying: {
    intentSeen: (state, { intent }) => judge(state, intent),
    hinted: (state) => note(state, { lookAgain: true }),
    cancelRequested: (state, { reason }) => note(state, { ending: reason }),
  },
  settling: {
    hinted: (state) => enter(state, "verifying"),
    woken: (state) => enter(state, "verifying"),
    cancelRequested: (state, { reason }) => note(state, { ending: reason }),
  },
  committing: {
    committed: (state, { variantId }) =>
      nextLine(state, "committing", variantId, state.purchase.lines.length, () =>
        enter(state, "completing", { committed: state.cursor + 1 }),
      ),
    commitRefused: (state, { variantId }) =>
      isAtLine(state, variantId) ? review(state, "stock_lost", state.cursor) : ignore(state),
  },
  completing: {
    completed: (state) => enter(state, "paid"),
    completeRefused: (state) => review(state, "order_lost", state.committed),
  },
  cancelling: {
    intentCancelled: (state, { intentId }) =>
      intentId === state.intent?.id ? release(state, "cancelled") : ignore(state),
    cancelRefused: (state, { intentId }) =>
      intentId === state.intent?.id
        ? enter(state, "verifying", { cancels: state.cancels + 1 })
        : ignore(state),
  },
  releasing: {
    released: (state, { variantId }) =>
      nextLine(state, "releasing", variantId, state.touched, () => enter(state, "closing")),
  },
  closing: { closed: (state) => enter(state, "closed") },
  review: {
    reviewed: (state) => note(state, { noted: true }),
    refundOrdered: (state) =>
      state.intent
        ? enter(state, "refunding", { ending: "refunded" })
        : release(state, "cancelled"),
  },
  refunding: {
    refunded: (state, { intentId }) =>
      intentId === state.intent?.id ? release(state, "refunded") : ignore(state),
  },
  paid: {},
  closed: {},
};

/** The same as `step`, for the moment a checkout comes to be. */
export function beginCheckout(...checkout: Parameters<typeof newCheckout>): Step {
  const state = newCheckout(...checkout);
  return { state, effects: effectsOf(state, true, state.strays, checkout[2]) };
}

/** The saga: pure, total, and deaf to what a step does not expect. The clock is read before the event. */
export function step(state: CheckoutState, event: CheckoutEvent, now: number): Step {
  const due = now >= state.expiresAt && !state.ending;
  const expiry = due ? react(state, { type: "cancelRequested", reason: "expired" }) : ignore(state);
  const foreign = event.type === "hinted" && isStray(expiry.state, event);
  const move = foreign ? ignore(expiry.state) : react(expiry.state, event);
  const known = foreign ? addStray(state.strays, event.intentId) : state.strays;
  const strays = stepStrays(known, event);
  const woken = event.type === "woken";
  const act = woken || expiry.act || move.act;
  if (!act && move.state === state && strays === state.strays) return { state, effects: [] };
  const waits = woken ? state.waits + 1 : act ? 0 : state.waits;
  const next = { ...move.state, strays, waits };
  const restless = woken ? strays : strays.filter((stray) => !state.strays.includes(stray));
  return { state: next, effects: effectsOf(next, act, restless, now) };
}

function react(state: CheckoutState, event: CheckoutEvent): Move<CheckoutStep> {
  const row: Row<CheckoutStep> = saga[state.step];
  const rule = row[event.type] as
    | ((state: CheckoutState, event: CheckoutEvent) => Move<CheckoutStep>)
    | undefined;
  return rule ? rule(state, event) : ignore(state);
}

/** The alarm comes first: whoever dies while performing the rest is woken to do it again. */
function effectsOf(state: CheckoutState, act: boolean, strays: Stray[], now: number): Effect[] {
  const pending = act ? pendingEffect(state) : null;
  return [
    { type: "armAlarm", at: alarmAt(state, now) },
    ...(pending ? [pending] : []),
    ...strayEffects(strays),
  ];
}
