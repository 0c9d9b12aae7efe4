import { MoneyError } from "../../../lib/amounts";
import { fromStripe } from "../../../lib/stripeUnits";
import { type Bank, intentBy, later, record, type StripeObject, save, stripeId } from "./bank";
import { charge } from "./charges";
import { groupOf, type Params, textOf } from "./form";
import { type Conduct, conductOf } from "./methods";
import { conflicting, invalid, missing, Refusal, unknown } from "./refusal";

const known = new Set([
  ...["amount", "currency", "automatic_payment_methods", "metadata", "description", "expand"],
  ...["confirm", "payment_method", "return_url", "receipt_email", "off_session"],
]);
/** The smallest charges, for the currencies whose minimum Stripe documents. */
const minimums: Record<string, number> = {
  ...{ usd: 50, eur: 50, gbp: 30, jpy: 50, chf: 50, cad: 50, aud: 50, nzd: 50, sgd: 50 },
  ...{ dkk: 250, nok: 300, sek: 300, pln: 200, czk: 1500, mxn: 1000, inr: 50, hkd: 400 },
};
/** How long a bank takes, in the sandbox. */
const bankTime = 5_000;

export function createIntent(bank: Bank, params: Params): StripeObject {
  for (const name of Object.keys(params))
    if (!known.has(name))
      throw invalid(`Received unknown parameter: ${name}`, {
        code: "parameter_unknown",
        param: name,
      });
  const { amount, currency } = sumOf(params);
  const id = stripeId("pi");
  const intent = save(bank, {
    id,
    object: "payment_intent",
    amount,
    amount_capturable: 0,
    amount_received: 0,
    automatic_payment_methods: { allow_redirects: "always", enabled: true },
    canceled_at: null,
    cancellation_reason: null,
    capture_method: "automatic",
    client_secret: `${id}_secret_${stripeId("").slice(1)}`,
    confirmation_method: "automatic",
    created: Math.floor(bank.now / 1_000),
    currency,
    description: textOf(params, "description") ?? null,
    last_payment_error: null,
    latest_charge: null,
    livemode: false,
    metadata: { ...groupOf(params, "metadata") },
    next_action: null,
    payment_method: null,
    payment_method_types: ["card", "us_bank_account"],
    processing: null,
    receipt_email: textOf(params, "receipt_email") ?? null,
    status: "requires_payment_method",
  });
  record(bank, "payment_intent.created", intent);
  return textOf(params, "confirm") === "true" ? confirmIntent(bank, intent.id, params) : intent;
}

function sumOf(params: Params): { amount: number; currency: string } {
  const [text, currency] = [textOf(params, "amount"), textOf(params, "currency")?.toLowerCase()];
  if (!text) throw missing("amount");
  if (!currency) throw missing("currency");
  if (!/^\d+$/.test(text))
    throw invalid(`Invalid integer: ${text}`, {
      code: "parameter_invalid_integer",
      param: "amount",
    });
  const amount = Number(text);
  if (amount > 99_999_999)
    throw invalid("Amount must be no more than 999,999.99.", {
      code: "amount_too_large",
      param: "amount",
    });
  if (amount < (minimums[currency] ?? 1))
    throw invalid("Amount must convert to at least 50 cents.", {
      code: "amount_too_small",
      param: "amount",
    });
  try {
    fromStripe({ amount, currency });
  } catch (error) {
    const code = error instanceof MoneyError ? error.code : "";
    throw invalid(`Invalid amount or currency: ${code}`, { param: "currency" });
  }
  return { amount, currency };
}

export function confirmIntent(bank: Bank, id: string, params: Params): StripeObject {
  const intent = intentBy(bank, id);
  const method = textOf(params, "payment_method");
  if (
    !["requires_payment_method", "requires_confirmation", "requires_action"].includes(intent.status)
  )
    throw unexpected(intent, "confirm");
  if (!method) throw missing("payment_method");
  const conduct = conductOf(method);
  if (!conduct) throw unknown("PaymentMethod", method, "payment_method");
  const returnUrl = textOf(params, "return_url") ?? null;
  const confirmed = {
    ...intent,
    payment_method: method,
    last_payment_error: null,
    next_action: null,
  };
  return pursue(bank, confirmed, conduct, method, returnUrl);
}

/** Lets a payment take its course, as far as it goes without anybody. */
function pursue(
  bank: Bank,
  intent: StripeObject,
  conduct: Conduct,
  method: string,
  returnUrl: string | null = null,
): StripeObject {
  switch (conduct.outcome) {
    case "succeed":
      return charge(bank, intent, conduct.after);
    case "decline":
      throw decline(bank, intent, conduct);
    case "authenticate": {
      const url = `${bank.publicUrl}/dev/payments/${intent.id}`;
      const action = { type: "redirect_to_url", redirect_to_url: { url, return_url: returnUrl } };
      const waiting = save(bank, { ...intent, status: "requires_action", next_action: action });
      record(bank, "payment_intent.requires_action", waiting);
      return waiting;
    }
    case "process": {
      const processing = save(bank, { ...intent, status: "processing" });
      record(bank, "payment_intent.processing", processing);
      later(bank, { kind: "settle", intentId: intent.id, method }, bankTime);
      return processing;
    }
  }
}

type Declined = { code: string; message: string; declineCode?: string };

function decline(bank: Bank, intent: StripeObject, { code, declineCode, message }: Declined) {
  const method = { id: intent.payment_method, object: "payment_method" };
  const error = {
    type: "card_error" as const,
    code,
    ...(declineCode && { decline_code: declineCode }),
    doc_url: `https://docs.stripe.com/error-codes/${code.replaceAll("_", "-")}`,
    message,
    payment_method: method,
  };
  const failed = save(bank, {
    ...intent,
    status: "requires_payment_method",
    payment_method: null,
    next_action: null,
    last_payment_error: error,
  });
  record(bank, "payment_intent.payment_failed", failed);
  return new Refusal(402, { ...error, payment_intent: failed });
}

/** What the buyer did on the page of 3-D Secure. */
export function authenticate(bank: Bank, id: string, approved: boolean): StripeObject {
  const intent = intentBy(bank, id);
  if (intent.status !== "requires_action") throw unexpected(intent, "authenticate");
  const conduct = conductOf(intent.payment_method);
  const rest = conduct?.outcome === "authenticate" ? conduct.rest : undefined;
  const refused: Conduct = {
    outcome: "decline",
    code: "payment_intent_authentication_failure",
    message: "The provided PaymentMethod has failed authentication.",
  };
  const known = { ...intent, next_action: null };
  return settled(bank, known, approved && rest ? rest : refused);
}

/** What the bank said of a payment that was `processing`. */
export function settle(bank: Bank, id: string, method: string): void {
  const intent = intentBy(bank, id);
  const conduct = conductOf(method);
  if (intent.status !== "processing" || conduct?.outcome !== "process") return;
  settled(bank, intent, conduct.rest);
}

/** Nobody waits for this answer, so a decline is no error but the intent's state. */
function settled(bank: Bank, intent: StripeObject, conduct: Conduct): StripeObject {
  try {
    return pursue(bank, intent, conduct, intent.payment_method);
  } catch (error) {
    if (error instanceof Refusal) return intentBy(bank, intent.id);
    throw error;
  }
}

export function cancelIntent(bank: Bank, id: string, params: Params): StripeObject {
  const intent = intentBy(bank, id);
  if (!/^requires_/.test(intent.status)) throw unexpected(intent, "cancel");
  const cancelled = save(bank, {
    ...intent,
    status: "canceled",
    canceled_at: Math.floor(bank.now / 1_000),
    cancellation_reason: textOf(params, "cancellation_reason") ?? null,
    next_action: null,
  });
  record(bank, "payment_intent.canceled", cancelled);
  return cancelled;
}

const unexpected = (intent: StripeObject, verb: string) =>
  conflicting(
    "payment_intent_unexpected_state",
    `You cannot ${verb} this PaymentIntent because it has a status of ${intent.status}.`,
    { payment_intent: intent },
  );
