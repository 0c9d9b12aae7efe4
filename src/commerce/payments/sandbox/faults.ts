/**
 * What can befall a request that changes something: `limit` a 429 before anything; `fail` a 500
 * that the key keeps, before the effect, `fail_after` behind it; `lose` the answer is lost on its
 * way and `stall` it comes too late, both behind the effect.
 */
export type RequestFault = "limit" | "fail" | "fail_after" | "lose" | "stall";
/** `drop`: never delivered at all. `reorder`: held until the next event has been delivered. */
export type WebhookFault = "drop" | "duplicate" | "delay" | "reorder";

export type Faults = {
  seed: number;
  /** Chances between 0 and 1, of one fault per request and per event at most. */
  rates: { [F in RequestFault | WebhookFault]?: number };
  /** Faults of the requests to come whose path contains the text, before any chance. */
  next: { path: string; fault: RequestFault }[];
  delayMs: number;
  stallMs: number;
};

export const noFaults: Faults = { seed: 1, rates: {}, next: [], delayMs: 2_000, stallMs: 15_000 };

export const requestFaults = ["limit", "fail", "fail_after", "lose", "stall"] as const;
export const webhookFaults = ["drop", "duplicate", "delay", "reorder"] as const;

/** The fault that is due for a request, which it uses up. */
export function drawRequestFault(faults: Faults, path: string): RequestFault | undefined {
  const at = faults.next.findIndex((one) => path.includes(one.path));
  if (at >= 0) return faults.next.splice(at, 1)[0]?.fault;
  return draw(faults, requestFaults);
}

export const drawWebhookFault = (faults: Faults) => draw(faults, webhookFaults);

function draw<F extends RequestFault | WebhookFault>(faults: Faults, kinds: readonly F[]) {
  let chance = random(faults);
  return kinds.find((kind) => {
    chance -= faults.rates[kind] ?? 0;
    return chance < 0;
  });
}

/** The next number in [0, 1) of the seed's sequence (mulberry32). */
export function random(faults: Faults): number {
  faults.seed = (faults.seed + 0x6d2b79f5) | 0;
  let mixed = Math.imul(faults.seed ^ (faults.seed >>> 15), 1 | faults.seed);
  mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
  return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
}
