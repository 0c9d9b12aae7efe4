import type { Stripe } from "stripe";
import type { Currency } from "../../lib/currencies";
import type { Money } from "../../lib/money";
import { fromStripe, toStripe } from "../../lib/stripeUnits";
import type { IntentStatus } from "../checkout/events";
import { type Decline, declineOf, type Failure, failureOf } from "./failure";
import { intentStatuses } from "./statuses";
import { stripe } from "./stripe";

export type Intent = {
  id: string;
  clientSecret: string;
  status: IntentStatus;
  /** Minor units received if it succeeded, else asked for; -1 if it is none that we can have asked for. */
  amount: number;
  currency: string;
  /** Null and 0 where Rimlight did not make the intent. */
  checkoutId: string | null;
  attempt: number;
  createdAt: number;
  decline: Decline | null;
  /** Where the buyer goes while `requires_action`. */
  actionUrl: string | null;
  /** What the provider kept; null until it knows. */
  fee: Money | null;
};

export type NewIntent = {
  key: string;
  checkoutId: string;
  orderId: string;
  attempt: number;
  quoteHash: string;
  /** Minor units. */
  amount: number;
  currency: Currency;
};

type Refused = Extract<Failure, { kind: "refused" }>;
export type Creation =
  | { kind: "created"; intent: Intent }
  | { kind: "refused"; code: string }
  | { kind: "failed" };

/** Every verb here throws `Unavailable` where it is unknown what the provider did. */
export async function createIntent(wish: NewIntent): Promise<Creation> {
  const { key, checkoutId, orderId, attempt, quoteHash, amount, currency } = wish;
  try {
    const intent = await (await stripe()).paymentIntents.create(
      {
        ...toStripe({ amount, currency }),
        automatic_payment_methods: { enabled: true },
        metadata: { checkoutId, orderId, attempt, quoteHash },
      },
      { idempotencyKey: key },
    );
    return { kind: "created", intent: intentOf(intent) };
  } catch (error) {
    const failure = failureOf(error);
    if (failure.kind === "failed") return failure;
    return { kind: "refused", code: failure.code };
  }
}

/** Null if the provider knows no such intent. */
export async function retrieveIntent(id: string): Promise<Intent | null> {
  try {
    const expand = ["latest_charge.balance_transaction"];
    return intentOf(await (await stripe()).paymentIntents.retrieve(id, { expand }));
  } catch (error) {
    const failure = failureOf(error);
    if (failure.kind === "refused" && failure.code === "resource_missing") return null;
    throw error;
  }
}

export type Confirmation =
  | { kind: "confirmed"; intent: Intent }
  | ({ kind: "declined" } & Decline)
  /** It is beyond confirming (its status tells), or the payment method does not exist (null). */
  | { kind: "refused"; code: string; status: IntentStatus | null }
  | { kind: "failed" };

/** A confirmed intent may be `succeeded`, `processing` or in need of the buyer (`requires_action`). */
export async function confirmIntent(
  id: string,
  { key, paymentMethod, returnUrl }: { key: string; paymentMethod: string; returnUrl: string },
): Promise<Confirmation> {
  try {
    const intent = await (await stripe()).paymentIntents.confirm(
      id,
      { payment_method: paymentMethod, return_url: returnUrl },
      { idempotencyKey: key },
    );
    return { kind: "confirmed", intent: intentOf(intent) };
  } catch (error) {
    const failure = failureOf(error);
    return failure.kind === "refused" ? withStatus(failure) : failure;
  }
}

export type Cancellation = { kind: "cancelled" } | { kind: "refused"; status: IntentStatus | null };

/** An intent that is cancelled already is cancelled; a stored failure is a refusal, for its key is spent. */
export async function cancelIntent(id: string, key: string): Promise<Cancellation> {
  try {
    await (await stripe()).paymentIntents.cancel(id, {}, { idempotencyKey: key });
    return { kind: "cancelled" };
  } catch (error) {
    const failure = failureOf(error);
    if (failure.kind !== "refused") return { kind: "refused", status: null };
    const { status } = withStatus(failure);
    return status === "canceled" ? { kind: "cancelled" } : { kind: "refused", status };
  }
}

/** Intents made since a time (epoch milliseconds), the latest first; `next` goes into `after`. */
export async function listIntents({
  since,
  after,
  limit = 100,
}: {
  since: number;
  after?: string;
  limit?: number;
}): Promise<{ intents: Intent[]; next: string | null }> {
  const created = { gte: Math.floor(since / 1_000) };
  try {
    const page = await (await stripe()).paymentIntents.list({
      created,
      limit,
      ...(after && { starting_after: after }),
    });
    const next = page.has_more ? (page.data.at(-1)?.id ?? null) : null;
    return { intents: page.data.map(intentOf), next };
  } catch (error) {
    failureOf(error);
    throw error;
  }
}

const withStatus = ({ kind, code, intent }: Refused) => {
  return { kind, code, status: intent && statusOf(intent) } as const;
};

function intentOf(intent: Stripe.PaymentIntent): Intent {
  const { id, metadata } = intent;
  const status = statusOf(intent);
  return {
    id,
    clientSecret: intent.client_secret ?? "",
    status,
    ...moneyOf(status === "succeeded" ? intent.amount_received : intent.amount, intent.currency),
    checkoutId: metadata.checkoutId ?? null,
    attempt: Number(metadata.attempt ?? 0),
    createdAt: intent.created * 1_000,
    decline: declineOf(intent.last_payment_error),
    actionUrl: intent.next_action?.redirect_to_url?.url ?? null,
    fee: feeOf(intent.latest_charge),
  };
}

/** A status that Stripe has invented since is one to wait for. */
const statusOf = ({ status }: Stripe.PaymentIntent): IntentStatus =>
  intentStatuses.find((one) => one === status) ?? "processing";

function moneyOf(amount: number, currency: string): { amount: number; currency: string } {
  try {
    return fromStripe({ amount, currency });
  } catch {
    return { amount: -1, currency: currency.toUpperCase() };
  }
}

function feeOf(charge: Stripe.PaymentIntent["latest_charge"]): Money | null {
  if (!charge || typeof charge === "string") return null;
  const { balance_transaction: moved } = charge;
  if (!moved || typeof moved === "string") return null;
  return fromStripe({ amount: moved.fee, currency: moved.currency });
}
