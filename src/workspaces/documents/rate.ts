import type { Limits } from "./limits";
import type { Message } from "./protocol";

/** What a socket may still send, and when that was counted. */
export type Allowance = { left: number; at: number };

export const newAllowance = (now: number, limits: Limits): Allowance => {
  return { left: limits.frameBurst, at: now };
};

/** Takes the cost of a frame; false if the socket is faster than it may be. */
export function spend(allowance: Allowance, cost: number, now: number, limits: Limits): boolean {
  const refill = (Math.max(0, now - allowance.at) * limits.framesPerSecond) / 1000;
  allowance.left = Math.min(limits.frameBurst, allowance.left + refill) - cost;
  allowance.at = now;
  return allowance.left >= 0;
}

/**
 * In frames. Standard clients send every awareness update that they receive back to the server, so
 * awareness is cheap; questions that make the room encode much are dear; and bytes count.
 */
export function costOf(messages: readonly Message[], bytes: number): number {
  const presence = messages.every(({ type }) => type === "awareness");
  const questions = messages.filter(({ type }) => type === "step1" || type === "query").length;
  return (presence ? 0.1 : 1) + questions * 5 + bytes / 65_536;
}
