import { DurableObject } from "cloudflare:workers";
import { holdStatusOf } from "./answers";
import type { CheckoutState } from "./state";

/** Decides alone how one checkout goes on. Its name is the checkout's id. */
export class Checkout extends DurableObject<Env> {
  get #state(): CheckoutState | undefined {
    return this.ctx.storage.kv.get<CheckoutState>("state");
  }

  /** What a variant that asks about a hold is told: a checkout that never began is closed. */
  holdStatus(): "alive" | "paid" | "closed" {
    const state = this.#state;
    return state ? holdStatusOf(state) : "closed";
  }
}
