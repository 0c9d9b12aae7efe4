import { Unavailable } from "../data/attempt";
import { InProgress } from "../data/outbox";
import { Misconfigured } from "../data/secrets";
import { Problem } from "../http/problem";

/** A failure that no retry can mend: the message goes to the dead letters at once. */
export class Permanent extends Error {
  override name = "Permanent";
}

/** Seconds until the next try: 2 · 3ⁿ⁻¹, at most an hour, of which a random half is taken off. */
export function delayOf(attempts: number, error?: unknown): number {
  const seconds = Math.min(3_600, 2 * 3 ** (attempts - 1));
  const asked = error instanceof Unavailable ? error.retryAfter : 0;
  return Math.ceil(Math.max(asked, seconds * (0.5 + Math.random() / 2)));
}

const ours = [Permanent, Unavailable, Misconfigured, InProgress, Problem];

/**
 * What may be kept of a failure and shown to an administrator: our own errors say what they mean;
 * of any other only its name, the constraint it broke and the function that threw it, for its
 * message may quote a payload.
 */
export function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return "something that is no error was thrown";
  if (ours.some((kind) => error instanceof kind)) return mask(`${error.name}: ${error.message}`);
  const constraint = chain(error).match(/\w+ constraint failed: [\w., ]+/)?.[0];
  const thrower = error.stack?.match(/^\s+at (?:async )?([\w.$<>]+)/m)?.[1];
  return [error.name, constraint && `: ${constraint.trim()}`, thrower && ` in ${thrower}`].join("");
}

function chain(error: unknown): string {
  return error instanceof Error ? `${error.message}\n${chain(error.cause)}` : "";
}

/** Addresses, and whatever is long enough to be a token, in case a message quotes one after all. */
const mask = (text: string) =>
  text
    .replace(/[^\s@<>"]+@[^\s@<>"]+/g, "[address]")
    .replace(/[\w+/=~-]{40,}/g, "[long text]")
    .slice(0, 500);
