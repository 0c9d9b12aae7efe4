import { DurableObject } from "cloudflare:workers";
import { log } from "./log";

type Window = { used: number; endsAt: number; told: boolean };
/** How much of what was asked for is granted, and when the window ends (epoch milliseconds). */
export type Grant = { granted: number; endsAt: number };

/** Alone counts the uses of one key of one bucket (its name), in a window that opens at the first. */
export class RateLimiter extends DurableObject<Env> {
  async take(limit: number, windowSeconds: number, amount: number): Promise<Grant> {
    const now = Date.now();
    const { kv } = this.ctx.storage;
    const stored = kv.get<Window>("window");
    const window =
      stored && now < stored.endsAt
        ? stored
        : { used: 0, endsAt: now + windowSeconds * 1_000, told: false };
    const granted = Math.max(0, Math.min(amount, limit - window.used));
    const blocks = granted === 0 && !window.told;
    if (granted > 0 || blocks)
      kv.put("window", { ...window, used: window.used + granted, told: window.told || blocks });
    if (blocks) this.#tell(window.endsAt, now);
    if (window !== stored && (await this.ctx.storage.getAlarm()) === null)
      await this.ctx.storage.setAlarm(window.endsAt);
    return { granted, endsAt: window.endsAt };
  }

  /** Gives back what turned out not to count. */
  giveBack(amount: number): void {
    const { kv } = this.ctx.storage;
    const window = kv.get<Window>("window");
    if (window) kv.put("window", { ...window, used: Math.max(0, window.used - amount) });
  }

  override async alarm(): Promise<void> {
    const endsAt = this.ctx.storage.kv.get<Window>("window")?.endsAt ?? 0;
    if (Date.now() < endsAt) await this.ctx.storage.setAlarm(endsAt);
    else await this.ctx.storage.deleteAll();
  }

  /** The verdict for all to read at the edge, once in a window. Lost, it costs calls, not the count. */
  #tell(endsAt: number, now: number): void {
    const expirationTtl = Math.max(60, Math.ceil((endsAt - now) / 1_000));
    const told = this.env.CACHE.put(`limit:${this.ctx.id.name}`, String(endsAt), { expirationTtl });
    this.ctx.waitUntil(
      told.catch((error) => log("warn", "verdict_unpublished", { error: String(error) })),
    );
  }
}
