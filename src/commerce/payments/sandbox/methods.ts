/** What becomes of a payment by a test payment method. */
export type Conduct =
  | { outcome: "succeed"; after?: "dispute" | "refund_pending" | "refund_fails" }
  | { outcome: "decline"; code: string; declineCode?: string; message: string }
  /** The buyer must act (3-D Secure) before the rest happens. */
  | { outcome: "authenticate"; rest: Conduct }
  /** `processing` for a while, as with bank debits. */
  | { outcome: "process"; rest: Conduct };

const succeed: Conduct = { outcome: "succeed" };

const decline = (
  code: string,
  declineCode?: string,
  message = "Your card was declined.",
): Conduct => {
  return { outcome: "decline", code, message, ...(declineCode && { declineCode }) };
};

const declined = (declineCode: string, message?: string) =>
  decline("card_declined", declineCode, message);

const insufficient = declined("insufficient_funds", "Your card has insufficient funds.");

/** The test methods of docs.stripe.com/testing, by their names without `visa_`. */
const methods: Record<string, Conduct> = {
  pm_card_visa: succeed,
  pm_card_visa_debit: succeed,
  pm_card_mastercard: succeed,
  pm_card_amex: succeed,
  pm_card_discover: succeed,
  pm_card_chargeDeclined: declined("generic_decline"),
  pm_card_chargeDeclinedInsufficientFunds: insufficient,
  pm_card_chargeDeclinedLostCard: declined("lost_card"),
  pm_card_chargeDeclinedStolenCard: declined("stolen_card"),
  pm_card_chargeDeclinedVelocityLimitExceeded: declined("card_velocity_exceeded"),
  pm_card_chargeDeclinedFraudulent: declined("fraudulent"),
  pm_card_chargeDeclinedExpiredCard: decline("expired_card", undefined, "Your card has expired."),
  pm_card_chargeDeclinedIncorrectCvc: decline(
    "incorrect_cvc",
    undefined,
    "Your card's security code is incorrect.",
  ),
  pm_card_chargeDeclinedProcessingError: decline(
    "processing_error",
    undefined,
    "An error occurred while processing your card. Try again in a little bit.",
  ),
  pm_card_threeDSecureRequired: { outcome: "authenticate", rest: succeed },
  pm_card_threeDSecure2Required: { outcome: "authenticate", rest: succeed },
  pm_card_authenticationRequired: { outcome: "authenticate", rest: succeed },
  pm_card_threeDSecureRequiredChargeDeclined: {
    outcome: "authenticate",
    rest: declined("generic_decline"),
  },
  pm_card_createDispute: { outcome: "succeed", after: "dispute" },
  pm_card_pendingRefund: { outcome: "succeed", after: "refund_pending" },
  pm_card_refundFail: { outcome: "succeed", after: "refund_fails" },
  pm_usBankAccount_success: { outcome: "process", rest: succeed },
  pm_usBankAccount_insufficientFunds: { outcome: "process", rest: insufficient },
};

export const conductOf = (method: string): Conduct | undefined =>
  methods[method] ?? methods[method.replace("_visa_charge", "_charge")];
