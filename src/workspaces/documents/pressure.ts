import type { Limits } from "./limits";

/** What a socket with so many unsent bytes still gets. */
export type Pressure = "none" | "skip presence" | "pause" | "drop";

const mostUnsent = (limits: Limits) => limits.documentBytes + limits.dropBytes;

export const isSilentTooLong = (unheard: number, limits: Limits) => unheard > mostUnsent(limits);

export function pressureOf(backlog: number, stalledFor: number, limits: Limits): Pressure {
  if (backlog > mostUnsent(limits)) return "drop";
  if (backlog > limits.pauseBytes) return stalledFor > limits.stalledMillis ? "drop" : "pause";
  return backlog > limits.skipPresenceBytes ? "skip presence" : "none";
}

/** The state vector that a reader had before this update, given the one that it would have after. */
export function vectorBefore(after: Map<number, number>, updateFrom: Map<number, number>) {
  const before = new Map(after);
  for (const [client, clock] of updateFrom) {
    if (clock > 0) before.set(client, Math.min(clock, after.get(client) ?? clock));
    else before.delete(client);
  }
  return before;
}
