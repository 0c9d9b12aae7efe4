/**
 * Debits are positive, credits negative. `clearing` is what the provider holds for us, and
 * `merchant_payable` what we owe each merchant; `commission` is earned, `fees` are spent, and
 * `refunds` is what buyers are still to get back.
 */
export const accounts = ["clearing", "merchant_payable", "commission", "fees", "refunds"] as const;
export type Account = (typeof accounts)[number];

export const kinds = [
  "sale",
  "fee",
  "refund",
  "refund_paid",
  "refund_returned",
  "refund_cancelled",
  "dispute",
] as const;
export type Kind = (typeof kinds)[number];
