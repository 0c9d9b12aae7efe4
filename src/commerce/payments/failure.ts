import type { Stripe } from "stripe";
import { Unavailable } from "../../data/attempt";
import { Misconfigured } from "../../data/secrets";
import { MoneyError } from "../../lib/amounts";

export type Decline = {
  /** Stripe's error code, e.g. `card_declined`, `expired_card`. */
  code: string;
  /** The bank's reason, e.g. `insufficient_funds`, where it gave one. */
  declineCode: string | null;
  message: string;
};

/** What a failed call is known to have done: nothing that could be asked for again under its key. */
export type Failure =
  | ({ kind: "declined" } & Decline)
  | { kind: "refused"; code: string; intent: Stripe.PaymentIntent | null }
  /** The provider keeps this failure under the key: only another key can succeed. */
  | { kind: "failed" };

/**
 * @throws {Unavailable} when it is unknown whether the call had its effect: ask again, same key
 * @throws {Misconfigured} when the provider does not accept our key
 */
export function failureOf(error: unknown): Failure {
  if (error instanceof MoneyError) return { kind: "refused", code: error.code, intent: null };
  if (!isStripeError(error)) throw error;
  const { type, code, headers } = error;
  switch (type) {
    case "StripeCardError":
      return { kind: "declined", ...declineOf(error)! };
    case "StripeInvalidRequestError":
      return { kind: "refused", code: code ?? "invalid_request", intent: intentIn(error) };
    case "StripeAuthenticationError":
    case "StripePermissionError":
      throw new Misconfigured("Stripe does not accept STRIPE_SECRET_KEY", { cause: error });
    case "StripeIdempotencyError":
      throw error;
  }
  const replayed = headers?.["idempotent-replayed"] === "true";
  if (replayed && (error.statusCode ?? 0) >= 500) return { kind: "failed" };
  throw new Unavailable("Stripe did not answer", 2, { cause: error });
}

type StripeError = Error & {
  type: string;
  code?: string;
  statusCode?: number;
  headers?: Record<string, string>;
  payment_intent?: Stripe.PaymentIntent;
};

const isStripeError = (error: unknown): error is StripeError =>
  error instanceof Error && "type" in error && String(error.type).startsWith("Stripe");

const intentIn = ({ payment_intent: intent }: StripeError) => intent ?? null;

/** What an error of Stripe, thrown or kept in an intent, says about a payment method. */
export function declineOf(
  error: {
    code?: string | null;
    decline_code?: string | null;
    message?: string | null;
  } | null,
): Decline | null {
  if (!error) return null;
  return {
    code: error.code ?? "card_declined",
    declineCode: error.decline_code || null,
    message: error.message ?? "The payment was declined.",
  };
}
