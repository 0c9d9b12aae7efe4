import { env } from "cloudflare:workers";
import type { Context } from "../../data/context";
import type { Effect } from "./effects";
import type { CheckoutEvent } from "./events";
import type { Frozen } from "./frozen";
import { performPayment } from "./performPayment";
import { closeCheckout, completeOrder, openCheckout, recordOrder, recordReview } from "./records";

/**
 * Performs one effect and tells what it answered. An unknown outcome throws: the object's alarm
 * issues the effect again, and every effect may be issued twice.
 */
export async function perform(
  ctx: Context<null>,
  id: string,
  frozen: Frozen,
  effect: Exclude<Effect, { type: "armAlarm" }>,
): Promise<CheckoutEvent> {
  switch (effect.type) {
    case "openCheckout":
      return openCheckout(ctx, id, frozen);
    case "displace":
      return {
        type: "displaced",
        outcome: await env.CHECKOUT.getByName(effect.checkoutId).end("superseded"),
      };
    case "reserve": {
      const { variantId, quantity, expiresAt } = effect;
      const request = { checkoutId: id, quantity, expiresAt };
      const { refusal, available } = await env.SKU_STOCK.getByName(variantId).reserve(request);
      return refusal
        ? { type: "reserveRefused", variantId, available: available ?? 0 }
        : { type: "reserved", variantId };
    }
    case "commit": {
      const { variantId } = effect;
      const { refusal } = await env.SKU_STOCK.getByName(variantId).commit(id);
      return { type: refusal ? "commitRefused" : "committed", variantId };
    }
    case "release":
      await env.SKU_STOCK.getByName(effect.variantId).release(id);
      return { type: "released", variantId: effect.variantId };
    case "restock":
      await env.SKU_STOCK.getByName(effect.variantId).restock(effect.quantity, effect.reference);
      return { type: "released", variantId: effect.variantId };
    case "recordOrder":
      return recordOrder(ctx, id, frozen);
    case "completeOrder":
      return completeOrder(ctx, id, frozen, effect.intentId);
    case "closeCheckout":
      return closeCheckout(ctx, id, frozen, effect);
    case "recordReview":
      return recordReview(ctx, id, frozen, effect.reason);
    default:
      return performPayment(id, frozen, effect);
  }
}
