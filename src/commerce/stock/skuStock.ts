import { DurableObject } from "cloudflare:workers";
import { describe, log } from "../../http/log";
import { day, minute, second } from "../../lib/time";
import { firstLevel, project } from "./projection";
import {
  adjust,
  availableOf,
  type Change,
  commit,
  decideDueHold,
  type Level,
  type LevelChange,
  type Oversell,
  type Refusal,
  release,
  reserve,
  restock,
} from "./stock";
import { type Booked, StockStore } from "./store";

type Request = { checkoutId: string; quantity: number; expiresAt: number };
/** `available` is null where nothing is counted. */
export type Outcome = { refusal: Refusal | null; available: number | null };
export type Peek = Level & { available: number | null; movements: Booked[] };
type By = { reason?: string; actorId?: string };

/** Milliseconds until a hold whose checkout is alive, or does not answer, is looked at again. */
const patience = 5 * minute;
/** Milliseconds until a projection that failed is tried again. */
const retry = 5 * second;

/**
 * Decides alone who gets the stock of one variant. Its name is the variant's id. Every change is
 * one synchronous transaction; D1's `inventory` follows it by growing versions.
 */
export class SkuStock extends DurableObject<Env> {
  readonly #store = new StockStore(this.ctx.storage.sql);
  #taking: Promise<void> | undefined;
  #projecting = false;

  /** A refusal because nothing is left writes nothing. */
  async reserve({ checkoutId, ...request }: Request): Promise<Outcome> {
    await this.#takeOver();
    return this.#change(checkoutId, (level, hold) => reserve(level, hold, request));
  }

  async commit(checkoutId: string): Promise<Outcome> {
    await this.#takeOver();
    return this.#change(checkoutId, (level, hold) => commit(level, hold, checkoutId));
  }

  async release(checkoutId: string): Promise<Outcome> {
    await this.#takeOver();
    return this.#change(checkoutId, release);
  }

  async restock(quantity: number, reference: string, by: By = {}): Promise<Outcome> {
    await this.#takeOver();
    return this.#receive(reference, by, (level, known) =>
      restock(level, quantity, reference, known),
    );
  }

  async adjust(delta: number, reference: string, by: By = {}): Promise<Outcome> {
    await this.#takeOver();
    return this.#receive(reference, by, (level, known) => adjust(level, delta, reference, known));
  }

  /** What the catalogue says of selling more than there is. */
  async configure(terms: { oversell?: Oversell; backorderLimit?: number }): Promise<Outcome> {
    await this.#takeOver();
    const level = this.#store.level()!;
    const next = { ...level, ...terms };
    const changed =
      next.oversell !== level.oversell || next.backorderLimit !== level.backorderLimit;
    if (changed) this.#store.saveLevel(next);
    return this.#told(changed ? next : level, null, changed);
  }

  /** The level, and the newest movements before a sequence number. */
  async peek(before = Number.MAX_SAFE_INTEGER, limit = 20): Promise<Peek> {
    await this.#takeOver();
    const level = this.#store.level()!;
    const movements = this.#store.movements(before, limit);
    return { ...level, available: availableOf(level), movements };
  }

  /** Frees nothing by the clock: it asks the checkout of each hold that is due. */
  override async alarm(): Promise<void> {
    const now = Date.now();
    await this.ctx.storage.setAlarm(now + minute);
    try {
      for (const checkoutId of this.#store.dueHolds(now, 50)) await this.#settle(checkoutId, now);
      this.#store.forgetHolds(now - 30 * day, 500);
      await this.#project();
    } catch (error) {
      log("warn", "stock_alarm", { variantId: this.ctx.id.name, error: describe(error) });
      return;
    }
    const next = this.#nextWake(Date.now());
    if (next === null) await this.ctx.storage.deleteAlarm();
    else await this.ctx.storage.setAlarm(next);
  }

  async #settle(checkoutId: string, now: number): Promise<void> {
    const status = await this.env.CHECKOUT.getByName(checkoutId)
      .holdStatus()
      .catch(() => "alive" as const);
    const decision = decideDueHold(status);
    if (decision === "release") this.#change(checkoutId, release);
    else if (decision === "commit")
      this.#change(checkoutId, (level, hold) => commit(level, hold, checkoutId));
    else this.#store.extendHold(checkoutId, now + patience);
  }

  #change(
    checkoutId: string,
    rule: (level: Level, hold: ReturnType<StockStore["hold"]>) => Change,
  ): Outcome {
    return this.ctx.storage.transactionSync(() => {
      const { version: _v, projected: _p, ...level } = this.#store.level()!;
      const hold = this.#store.hold(checkoutId);
      const now = Date.now();
      const change = rule(level, hold);
      if (change.hold && change.hold !== hold) this.#store.saveHold(checkoutId, change.hold, now);
      return this.#keep(level, change, {}, now);
    });
  }

  #receive(
    reference: string,
    by: By,
    rule: (level: Level, known: boolean) => LevelChange,
  ): Outcome {
    return this.ctx.storage.transactionSync(() => {
      const { version: _v, projected: _p, ...level } = this.#store.level()!;
      return this.#keep(level, rule(level, this.#store.isBooked(reference)), by, Date.now());
    });
  }

  #keep(before: Level, { level, movements, refusal }: LevelChange, by: By, now: number): Outcome {
    const changed = level !== before;
    if (changed) this.#store.saveLevel(level);
    for (const movement of movements) this.#store.book(movement, by, now);
    return this.#told(level, refusal, changed);
  }

  #told(level: Level, refusal: Refusal | null, changed: boolean): Outcome {
    if (changed) this.ctx.waitUntil(this.#follow());
    return { refusal, available: availableOf(level) };
  }

  /** After a change: the alarm first, then the projection, which may be the one of a later change. */
  async #follow(): Promise<void> {
    const wake = this.#nextWake(Date.now());
    const armed = await this.ctx.storage.getAlarm();
    if (wake !== null && (armed === null || wake < armed)) await this.ctx.storage.setAlarm(wake);
    await this.#project().catch((error) =>
      log("warn", "stock_unprojected", { variantId: this.ctx.id.name, error: describe(error) }),
    );
  }

  /** One at a time; what changed meanwhile goes out with the next round. */
  async #project(): Promise<void> {
    if (this.#projecting) return;
    this.#projecting = true;
    try {
      for (let level = this.#store.level(); level && level.projected < level.version; ) {
        await project(this.ctx.id.name!, level);
        this.#store.markProjected(level.version);
        level = this.#store.level();
      }
    } finally {
      this.#projecting = false;
    }
  }

  #nextWake(now: number): number | null {
    const level = this.#store.level();
    const due = this.#store.nextDue();
    const behind = level && level.projected < level.version ? now + retry : null;
    const times = [due, behind].filter((time) => time !== null);
    return times.length > 0 ? Math.min(...times) : null;
  }

  /** The first call takes over the stock that the catalogue was told. */
  async #takeOver(): Promise<void> {
    if (this.#store.level()) return;
    this.#taking ??= firstLevel(this.ctx.id.name!)
      .then((level) => {
        if (this.#store.level()) return;
        this.ctx.storage.transactionSync(() => {
          this.#store.saveLevel(level);
          if (level.onHand > 0)
            this.#store.book(
              { kind: "restock", quantity: level.onHand, reference: "initial" },
              { reason: "initial stock" },
              Date.now(),
            );
        });
      })
      .finally(() => {
        this.#taking = undefined;
      });
    await this.#taking;
  }
}
