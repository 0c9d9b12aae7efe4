import type { CheckoutState, Ending } from "./state";

/** What the buyer is told; `null` while the checkout is still working on it. */
export type Answer =
  | { kind: "payable"; intentId: string; clientSecret: string }
  | { kind: "processing" | "review" | "paid" }
  | {
      kind: "closed";
      reason: Ending;
      /** With `insufficient_stock`. */
      left: { variantId: string; available: number } | null;
      /** With `duplicate`: the checkout that already asks for this very purchase. */
      twin: string | null;
    };

export function answerOf(state: CheckoutState): Answer | null {
  const { step, intent, left } = state;
  if (step === "paid") return { kind: "paid" };
  if (step === "settling") return { kind: "processing" };
  if (step === "review" || step === "refunding") return { kind: "review" };
  if (step === "closed") {
    const reason = state.ending ?? "cancelled";
    return { kind: "closed", reason, left, twin: reason === "duplicate" ? state.rival : null };
  }
  const payable = (step === "awaiting" || step === "verifying") && !state.ending;
  return payable && intent
    ? { kind: "payable", intentId: intent.id, clientSecret: intent.clientSecret }
    : null;
}

/** Whether a request to end succeeded; `busy` when money is moving and `null` while undecided. */
export function endOf(state: CheckoutState): "closed" | "paid" | "busy" | null {
  switch (state.step) {
    case "closed":
      return "closed";
    case "committing":
    case "completing":
    case "paid":
      return "paid";
    case "settling":
    case "review":
    case "refunding":
      return "busy";
    default:
      return null;
  }
}

/** What a variant that asks about a hold is told; only `closed` frees it. */
export function holdStatusOf(state: CheckoutState): "alive" | "paid" | "closed" {
  return state.step === "paid" || state.step === "closed" ? state.step : "alive";
}
