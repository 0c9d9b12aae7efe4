import { DurableObject } from "cloudflare:workers";
import { systemContext } from "../../data/context";
import { describe, log } from "../../http/log";
import { minute, second } from "../../lib/time";
import { type Answer, answerOf, endOf, holdStatusOf } from "./answers";
import type { Effect } from "./effects";
import type { CheckoutEvent, IntentStatus } from "./events";
import type { Frozen } from "./frozen";
import { perform } from "./perform";
import { beginCheckout, type Step, step } from "./saga";
import type { CheckoutState } from "./state";

export type Standing = { frozen: Frozen; answer: Answer | null; attempt: number };

/** Milliseconds for which whoever waits for an answer is kept waiting. */
const longest = 20 * second;

/**
 * Decides alone how one checkout goes on; its name is the checkout's id, which is the order's too.
 * The saga says what happens; this object remembers it first and then performs it.
 */
export class Checkout extends DurableObject<Env> {
  readonly #inFlight = new Set<string>();

  get #state(): CheckoutState | undefined {
    return this.ctx.storage.kv.get<CheckoutState>("state");
  }

  /** Begins, once; a repetition is told how the first one stands. `lifetime` is in milliseconds. */
  async start(frozen: Frozen, lifetime: number): Promise<Answer | null> {
    if (!this.#state) {
      const { totals, currency, lines } = frozen.quote;
      const purchase = {
        cartId: frozen.customerId,
        hash: frozen.hash,
        amount: totals.total,
        currency,
        lines: lines.map(({ variantId, quantity }) => ({ variantId, quantity })),
      };
      this.ctx.storage.kv.put("frozen", frozen);
      const began = beginCheckout(this.ctx.id.name!, purchase, Date.now(), lifetime);
      await this.#within(this.#go(began));
    } else await this.#within(this.#dispatch({ type: "woken" }));
    return this.answer();
  }

  /** What it sells and how it stands; null if it never began. */
  standing(): Standing | null {
    const frozen = this.ctx.storage.kv.get<Frozen>("frozen");
    return frozen ? { frozen, answer: this.answer(), attempt: this.#state?.attempt ?? 0 } : null;
  }

  answer(): Answer | null {
    const state = this.#state;
    return state ? answerOf(state) : null;
  }

  /** What a variant that asks about a hold is told: a checkout that never began is closed. */
  holdStatus(): "alive" | "paid" | "closed" {
    const state = this.#state;
    return state ? holdStatusOf(state) : "closed";
  }

  /** Ends it unless money is moving or has moved: the intent first, then the holds. */
  async end(reason: "cancelled" | "superseded"): Promise<"closed" | "paid" | "busy"> {
    if (!this.#state) return "closed";
    await this.#within(this.#dispatch({ type: "cancelRequested", reason }));
    return endOf(this.#state!) ?? "busy";
  }

  /** Something says that an intent moved. It is not believed but looked up. */
  async hint(
    intentId: string,
    attempt: number,
    claims: IntentStatus | null,
  ): Promise<Answer | null> {
    if (this.#state)
      await this.#within(this.#dispatch({ type: "hinted", intentId, attempt, claims }));
    return this.answer();
  }

  /** An administrator resolves a review: the money goes back. */
  async refund(): Promise<Answer | null> {
    if (this.#state) await this.#within(this.#dispatch({ type: "refundOrdered" }));
    return this.answer();
  }

  /** Goes on with whatever it waits for. */
  async wake(): Promise<void> {
    await this.#within(this.#dispatch({ type: "woken" }));
  }

  override async alarm(): Promise<void> {
    this.#setAlarm(Date.now() + minute);
    if (this.#state) await this.#dispatch({ type: "woken" });
  }

  async #dispatch(event: CheckoutEvent): Promise<void> {
    const state = this.#state;
    if (state) await this.#go(step(state, event, Date.now()));
  }

  /**
   * Remembers and arms the alarm in one turn, and only then acts: whoever dies while acting is
   * woken to act again.
   */
  async #go({ state, effects }: Step): Promise<void> {
    this.ctx.storage.kv.put("state", state);
    for (const effect of effects) if (effect.type === "armAlarm") this.#arm(effect.at);
    await Promise.all(
      effects.map((effect) => (effect.type === "armAlarm" ? undefined : this.#act(effect))),
    );
  }

  async #act(effect: Exclude<Effect, { type: "armAlarm" }>): Promise<void> {
    const name = JSON.stringify(effect);
    if (this.#inFlight.has(name)) return;
    this.#inFlight.add(name);
    const id = this.ctx.id.name!;
    try {
      const frozen = this.ctx.storage.kv.get<Frozen>("frozen")!;
      const outcome = await perform(systemContext(), id, frozen, effect);
      this.#inFlight.delete(name);
      await this.#dispatch(outcome);
    } catch (error) {
      log("warn", "checkout_effect", { id, effect: effect.type, error: describe(error) });
    } finally {
      this.#inFlight.delete(name);
    }
  }

  /** Each setting costs a row: one that comes soon enough stays. */
  #arm(at: number | null): void {
    const armed = this.ctx.storage.kv.get<number>("alarm");
    if (at !== null && (armed === undefined || at < armed || at > armed + minute))
      this.#setAlarm(at);
    if (at !== null || armed === undefined) return;
    this.ctx.storage.kv.delete("alarm");
    this.ctx.waitUntil(this.ctx.storage.deleteAlarm());
  }

  #setAlarm(at: number): void {
    this.ctx.storage.kv.put("alarm", at);
    this.ctx.waitUntil(this.ctx.storage.setAlarm(at));
  }

  /** A timer that is left running would keep the object awake, and billed. */
  async #within(work: Promise<void>): Promise<void> {
    this.ctx.waitUntil(work);
    const over = new AbortController();
    const late = scheduler.wait(longest, { signal: over.signal }).catch(() => {});
    await Promise.race([work, late]);
    over.abort();
  }
}
