import { cancel, type Effect, refund } from "./effects";
import type { CheckoutEvent, EventOf } from "./events";
import type { CheckoutState } from "./state";

/**
 * An intent of this checkout that is not the one its order rests on: left behind by an attempt
 * whose answer was a stored failure, or succeeding after the end. It is cancelled, or refunded in full.
 */
export interface Stray {
  intentId: string;
  phase: "looking" | "cancelling" | "refunding" | "settled";
  /** Refused cancellations, as for the checkout's own intent. */
  cancels: number;
}

/** Money that moves where this checkout does not look any more, or never did. */
export function isStray(state: CheckoutState, hint: EventOf<"hinted">): boolean {
  const own = state.intent
    ? hint.intentId === state.intent.id
    : state.step === "creating" && hint.attempt === state.attempt;
  if (!own) return true;
  const over = ["releasing", "closing", "closed"].includes(state.step);
  return over && hint.claims === "succeeded" && state.ending !== "refunded";
}

export function addStray(strays: Stray[], intentId: string): Stray[] {
  if (strays.some((stray) => stray.intentId === intentId)) return strays;
  return [...strays, { intentId, phase: "looking", cancels: 0 }];
}

/** The same array when the event concerns none of them. */
export function stepStrays(strays: Stray[], event: CheckoutEvent): Stray[] {
  let changed = false;
  const next = strays.map((stray) => {
    const moved = stepStray(stray, event);
    changed ||= moved !== stray;
    return moved;
  });
  return changed ? next : strays;
}

function stepStray(stray: Stray, event: CheckoutEvent): Stray {
  switch (event.type) {
    case "intentSeen":
      if (event.intent.id !== stray.intentId || stray.phase !== "looking") return stray;
      if (event.intent.status === "succeeded") return { ...stray, phase: "refunding" };
      if (event.intent.status === "canceled") return { ...stray, phase: "settled" };
      return event.intent.status === "processing" ? stray : { ...stray, phase: "cancelling" };
    case "intentCancelled":
      if (event.intentId !== stray.intentId || stray.phase !== "cancelling") return stray;
      return { ...stray, phase: "settled" };
    case "cancelRefused":
      if (event.intentId !== stray.intentId || stray.phase !== "cancelling") return stray;
      return { ...stray, phase: "looking", cancels: stray.cancels + 1 };
    case "refunded":
      if (event.intentId !== stray.intentId || stray.phase !== "refunding") return stray;
      return { ...stray, phase: "settled" };
    default:
      return stray;
  }
}

export function strayEffects(strays: readonly Stray[]): Effect[] {
  return strays.filter(({ phase }) => phase !== "settled").map(strayEffect);
}

function strayEffect({ intentId, phase, cancels }: Stray): Effect {
  if (phase === "refunding") return refund(intentId);
  if (phase === "cancelling") return cancel(intentId, cancels);
  return { type: "retrieveIntent", intentId };
}
