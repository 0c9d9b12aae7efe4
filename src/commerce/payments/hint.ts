import { env } from "cloudflare:workers";
import { attempt } from "../../data/attempt";
import { commit } from "../../data/outbox";
import type { Consumer } from "../../jobs/consume";
import { second } from "../../lib/time";

/** Tells the checkout that its payment moved; it looks for itself, and takes a hint any number of times. */
export const hintCheckout: Consumer<"payment.changed"> = async (ctx, { payload }, once) => {
  const { checkoutId, intentId, attempt: tried, claims } = payload;
  await attempt(async () => env.CHECKOUT.getByName(checkoutId).hint(intentId, tried, claims), {
    repeatable: true,
    within: 30 * second,
  });
  await commit(ctx, [once]);
};
