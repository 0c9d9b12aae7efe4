import { DurableObject } from "cloudflare:workers";
import { second } from "../../../lib/time";
import { provider, sandboxKey } from "../stripe";
import { answerOnce, limited, respond, unauthorized } from "./answers";
import { type Bank, type Chore, intentBy, type StripeObject, stripeId, tables } from "./bank";
import { dispute, settleRefund } from "./charges";
import { delayAfter, deliver, mostAttempts, publicUrl } from "./delivery";
import {
  drawRequestFault,
  drawWebhookFault,
  type Faults,
  noFaults,
  type RequestFault,
} from "./faults";
import { parseForm } from "./form";
import { authenticate, settle } from "./intents";
import { Refusal } from "./refusal";

/** As much of an intent as the sandbox's page shows. */
export type Seen = {
  id: string;
  status: string;
  amount: number;
  currency: string;
  returnUrl: string | null;
};
type Delivery = { sequence: number; event_id: string; due: number; attempts: number };

const together = 20;

/** Stripe in a box, for development and tests: it alone knows the state of every payment made there. */
export class PaymentSandbox extends DurableObject<Env> {
  readonly #sending = new Set<number>();

  constructor(ctx: DurableObjectState, env: Env) {
    super(ctx, env);
    ctx.storage.sql.exec(tables);
  }

  /** Stripe's HTTP API, as far as Rimlight speaks it. */
  override async fetch(request: Request): Promise<Response> {
    if (provider() !== "sandbox") return new Response(null, { status: 404 });
    const { pathname, searchParams } = new URL(request.url);
    const body = await request.text();
    const asked = {
      method: request.method,
      path: pathname,
      params: parseForm(body || searchParams.toString()),
    };
    const requestId = stripeId("req");
    const key = request.method === "POST" ? request.headers.get("idempotency-key") : null;
    if (request.headers.get("authorization") !== `Bearer ${sandboxKey}`)
      return respond(unauthorized, requestId);
    const fault = key === null ? undefined : this.#drawFault(pathname);
    if (fault === "limit") return respond(limited, requestId);
    const answer = this.#change((bank) => answerOnce(bank, asked, body, fault), requestId, key);
    if (fault === "lose") throw new Error("Network connection lost.");
    if (fault === "stall") await scheduler.wait(this.faults().stallMs);
    return respond(answer, requestId);
  }

  override async alarm(): Promise<void> {
    this.#runChores(Date.now());
    await this.#deliverDue();
    await this.#arm();
  }

  /** What the buyer does on the page of 3-D Secure; null for an intent that asks for nothing. */
  authenticate(intentId: string, approved: boolean): Seen | null {
    return this.#try((bank) => authenticate(bank, intentId, approved));
  }

  read(intentId: string): Seen | null {
    return this.#try((bank) => intentBy(bank, intentId));
  }

  /** A bank takes back what its client paid; the id of the dispute. */
  dispute(intentId: string): string | null {
    return this.#try((bank) => dispute(bank, intentBy(bank, intentId)))?.id ?? null;
  }

  faults(): Faults {
    return this.ctx.storage.kv.get<Faults>("faults") ?? structuredClone(noFaults);
  }

  setFaults(faults: Partial<Faults>): void {
    this.ctx.storage.kv.put("faults", { ...noFaults, ...faults });
  }

  /** Lets the time pass until nothing is left to happen by itself, and all that can be is delivered. */
  async elapse(): Promise<void> {
    const { sql } = this.ctx.storage;
    do {
      this.#runChores(Number.MAX_SAFE_INTEGER);
      sql.exec("UPDATE deliveries SET due = 1");
      await this.#deliverDue();
      while (this.#sending.size > 0) await scheduler.wait(5);
    } while (sql.exec("SELECT 1 FROM chores").toArray().length > 0);
  }

  #try(run: (bank: Bank) => StripeObject): Seen | null {
    try {
      const { id, status, amount, currency, next_action: action } = this.#change(run);
      const returnUrl = action?.redirect_to_url?.return_url ?? null;
      return { id, status, amount, currency, returnUrl };
    } catch (error) {
      if (error instanceof Refusal) return null;
      throw error;
    }
  }

  /** One transaction, after which its events are on their way. */
  #change<T>(
    run: (bank: Bank) => T,
    requestId: string | null = null,
    key: string | null = null,
  ): T {
    const { sql } = this.ctx.storage;
    const now = Date.now();
    const bank = { sql, now, requestId, key, publicUrl: publicUrl() };
    const [last] = sql.exec<{ last: number }>("SELECT max(sequence) AS last FROM deliveries");
    const done = this.ctx.storage.transactionSync(() => run(bank));
    this.#disturb(last?.last ?? 0, now);
    this.ctx.waitUntil(this.#wake());
    return done;
  }

  async #wake(): Promise<void> {
    await this.#arm();
    await this.#deliverDue();
    await this.#arm();
  }

  /** The alarm is for what comes later, and for what a crash interrupts. */
  async #arm(): Promise<void> {
    const { storage } = this.ctx;
    const [next] = storage.sql.exec<{ due: number | null }>(
      "SELECT min(due) AS due FROM (SELECT due FROM chores UNION ALL SELECT due FROM deliveries)",
    );
    if (!next?.due) return;
    const at = Math.max(next.due, Date.now() + second);
    const set = await storage.getAlarm();
    if (set === null || at < set) await storage.setAlarm(at);
  }

  #runChores(until: number): void {
    const { sql } = this.ctx.storage;
    const due = sql
      .exec<{ sequence: number; chore: string }>("SELECT * FROM chores WHERE due <= ?", until)
      .toArray();
    for (const { sequence, chore } of due)
      this.#change((bank) => {
        sql.exec("DELETE FROM chores WHERE sequence = ?", sequence);
        runChore(bank, JSON.parse(chore));
      });
  }

  async #deliverDue(): Promise<void> {
    const { sql } = this.ctx.storage;
    for (;;) {
      const due = sql
        .exec<Delivery>(
          "SELECT * FROM deliveries WHERE due <= ? ORDER BY due LIMIT 100",
          Date.now(),
        )
        .toArray()
        .filter(({ sequence }) => !this.#sending.has(sequence))
        .slice(0, together);
      if (due.length === 0) return;
      await Promise.all(due.map((one) => this.#send(one)));
    }
  }

  async #send({ sequence, event_id, attempts }: Delivery): Promise<void> {
    const { sql } = this.ctx.storage;
    const [event] = sql.exec<{ body: string }>("SELECT body FROM objects WHERE id = ?", event_id);
    this.#sending.add(sequence);
    const taken = event ? await deliver(event.body) : true;
    this.#sending.delete(sequence);
    if (taken || attempts + 1 >= mostAttempts)
      sql.exec("DELETE FROM deliveries WHERE sequence = ?", sequence);
    else
      sql.exec(
        "UPDATE deliveries SET attempts = attempts + 1, due = ? WHERE sequence = ?",
        Date.now() + delayAfter(attempts + 1),
        sequence,
      );
  }

  #drawFault(path: string): RequestFault | undefined {
    const faults = this.faults();
    const fault = drawRequestFault(faults, path);
    this.setFaults(faults);
    return fault;
  }

  /** Does to the deliveries made since `last` what their faults say. */
  #disturb(last: number, now: number): void {
    const faults = this.faults();
    if (Object.keys(faults.rates).length === 0) return;
    const { sql } = this.ctx.storage;
    const made = sql.exec<Delivery>("SELECT * FROM deliveries WHERE sequence > ?", last).toArray();
    for (const { sequence, event_id } of made) {
      sql.exec(
        "UPDATE deliveries SET due = ?, held = 0 WHERE held AND sequence < ?",
        now + 100,
        sequence,
      );
      const fault = drawWebhookFault(faults);
      const until = now + faults.delayMs;
      if (fault === "drop") sql.exec("DELETE FROM deliveries WHERE sequence = ?", sequence);
      if (fault === "duplicate")
        sql.exec("INSERT INTO deliveries (event_id, due) VALUES (?, ?)", event_id, now);
      if (fault === "delay")
        sql.exec("UPDATE deliveries SET due = ? WHERE sequence = ?", until, sequence);
      if (fault === "reorder")
        sql.exec("UPDATE deliveries SET due = ?, held = 1 WHERE sequence = ?", until, sequence);
    }
    this.setFaults(faults);
  }
}

function runChore(bank: Bank, chore: Chore): void {
  if (chore.kind === "settle") settle(bank, chore.intentId, chore.method);
  else settleRefund(bank, chore.refundId, chore.to);
}
