import { env } from "cloudflare:workers";
import type { Consumer } from "../../jobs/consume";

/** A webhook told that an intent moved: its checkout looks for itself. */
export const hintCheckout: Consumer<"payment.changed"> = (_, { payload }) => {
  const { checkoutId, intentId, attempt, claims } = payload;
  return env.CHECKOUT.getByName(checkoutId).hint(intentId, attempt, claims);
};
