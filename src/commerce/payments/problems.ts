import { problems } from "../../http/problem";

export const refuse = problems({
  payments_unconfigured: [503, "This installation has no payment provider configured."],
  payment_declined: [402, "The payment was declined; try another payment method."],
  invalid_signature: [400, "The signature does not fit the body, or is too old or too new."],
});
