import {
  type Bank,
  childrenOf,
  find,
  intentBy,
  later,
  record,
  type StripeObject,
  save,
  stripeId,
} from "./bank";
import { groupOf, type Params, textOf } from "./form";
import { conflicting, invalid, missing, unknown } from "./refusal";

/** How long an asynchronous refund takes, in the sandbox. */
const refundTime = 5_000;
const disputeFee = 1_500;

const seconds = ({ now }: Bank) => Math.floor(now / 1_000);

/** The money arrives: 2.9 % and 30 of the smallest units stay with the provider. */
export function charge(
  bank: Bank,
  intent: StripeObject,
  after?: "dispute" | "refund_pending" | "refund_fails",
): StripeObject {
  const { id, amount, currency, metadata, payment_method } = intent;
  const moved = move(bank, amount, currency, "charge", Math.round((amount * 29) / 1_000) + 30);
  const made = save(
    bank,
    {
      id: stripeId("ch"),
      object: "charge",
      amount,
      amount_captured: amount,
      amount_refunded: 0,
      balance_transaction: moved.id,
      captured: true,
      created: seconds(bank),
      currency,
      disputed: false,
      livemode: false,
      metadata,
      paid: true,
      payment_intent: id,
      payment_method,
      refunded: false,
      status: "succeeded",
    },
    id,
  );
  const succeeded = save(bank, {
    ...intent,
    status: "succeeded",
    amount_received: amount,
    latest_charge: made.id,
    next_action: null,
  });
  record(bank, "charge.succeeded", made);
  record(bank, "payment_intent.succeeded", succeeded);
  if (after === "dispute") dispute(bank, succeeded, made);
  return succeeded;
}

function move(bank: Bank, amount: number, currency: string, type: string, fee = 0): StripeObject {
  return save(bank, {
    id: stripeId("txn"),
    object: "balance_transaction",
    amount,
    currency,
    fee,
    net: amount - fee,
    status: "available",
    type,
  });
}

function chargeOf(bank: Bank, intentId: string): StripeObject {
  const [found] = childrenOf(bank, "charge", intentId);
  if (!found)
    throw invalid("This PaymentIntent does not have a successful charge to refund.", {
      param: "payment_intent",
    });
  return found;
}

export function createRefund(bank: Bank, params: Params): StripeObject {
  const intentId = textOf(params, "payment_intent");
  if (!intentId) throw missing("payment_intent");
  const intent = intentBy(bank, intentId, "payment_intent");
  const made = chargeOf(bank, intentId);
  const left = made.amount - made.amount_refunded;
  const amount = Number(textOf(params, "amount") ?? left);
  if (made.disputed) throw conflicting("charge_disputed", "The charge has been charged back.");
  if (left === 0) throw conflicting("charge_already_refunded", "Charge has already been refunded.");
  if (!Number.isInteger(amount) || amount < 1)
    throw invalid("Invalid integer", { code: "parameter_invalid_integer", param: "amount" });
  if (amount > left)
    throw conflicting("amount_too_large", "Refund amount is greater than unrefunded amount.", {
      param: "amount",
    });
  const waits = made.payment_method === "pm_card_pendingRefund";
  const refund = save(
    bank,
    {
      id: stripeId("re"),
      object: "refund",
      amount,
      balance_transaction: move(bank, -amount, made.currency, "refund").id,
      charge: made.id,
      created: seconds(bank),
      currency: made.currency,
      metadata: { ...groupOf(params, "metadata") },
      payment_intent: intent.id,
      reason: textOf(params, "reason") ?? null,
      status: waits ? "pending" : "succeeded",
    },
    intent.id,
  );
  record(bank, "refund.created", refund);
  record(bank, "charge.refunded", refundedBy(bank, made, amount));
  if (waits) later(bank, { kind: "refund", refundId: refund.id, to: "succeeded" }, refundTime);
  if (made.payment_method === "pm_card_refundFail")
    later(bank, { kind: "refund", refundId: refund.id, to: "failed" }, refundTime);
  return refund;
}

function refundedBy(bank: Bank, made: StripeObject, amount: number): StripeObject {
  const refunded = made.amount_refunded + amount;
  return save(bank, { ...made, amount_refunded: refunded, refunded: refunded === made.amount });
}

/** What the bank said of a refund; a failed one puts its money back. */
export function settleRefund(bank: Bank, id: string, to: "succeeded" | "failed"): void {
  const refund = find(bank, "refund", id);
  if (!refund || refund.status === to || refund.status === "failed") return;
  const failure = { failure_reason: "expired_or_canceled_card" };
  const settled = save(bank, { ...refund, status: to, ...(to === "failed" && failure) });
  record(bank, "refund.updated", settled);
  if (to === "succeeded") return;
  const made = find(bank, "charge", refund.charge);
  if (made) refundedBy(bank, made, -refund.amount);
  record(bank, "refund.failed", settled);
}

/** A bank takes the money back on behalf of its client. */
export function dispute(
  bank: Bank,
  intent: StripeObject,
  made = chargeOf(bank, intent.id),
): StripeObject {
  const { id, amount, currency } = made;
  const opened = save(
    bank,
    {
      id: stripeId("du"),
      object: "dispute",
      amount,
      balance_transactions: [move(bank, -amount, currency, "adjustment", disputeFee)],
      charge: id,
      created: seconds(bank),
      currency,
      is_charge_refundable: false,
      livemode: false,
      metadata: {},
      payment_intent: intent.id,
      reason: "fraudulent",
      status: "needs_response",
    },
    intent.id,
  );
  save(bank, { ...made, disputed: true });
  record(bank, "charge.dispute.created", opened);
  record(bank, "charge.dispute.funds_withdrawn", opened);
  return opened;
}

/** Evidence `winning_evidence` or `losing_evidence` decides it, as in Stripe's test mode. */
export function updateDispute(bank: Bank, id: string, params: Params): StripeObject {
  const found = find(bank, "dispute", id);
  if (!found) throw unknown("dispute", id, "dispute");
  const evidence = textOf(groupOf(params, "evidence"), "uncategorized_text");
  if (evidence !== "winning_evidence" && evidence !== "losing_evidence") return found;
  const won = evidence === "winning_evidence";
  const given = won ? [move(bank, found.amount, found.currency, "adjustment")] : [];
  const closed = save(bank, {
    ...found,
    status: won ? "won" : "lost",
    balance_transactions: [...found.balance_transactions, ...given],
  });
  if (won) record(bank, "charge.dispute.funds_reinstated", closed);
  record(bank, "charge.dispute.closed", closed);
  return closed;
}
