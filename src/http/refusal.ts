import { HTTPException } from "hono/http-exception";
import { Unavailable } from "../data/attempt";
import { InProgress } from "../data/outbox";
import { Misconfigured } from "../data/secrets";
import { MoneyError } from "../lib/amounts";
import { type Asked, respondProblem } from "./answer";
import { describe, log } from "./log";
import { Problem, refuse } from "./problem";

/** What a thrown error, or what caused it, is to the outside: nothing but problems of the contract. */
export function problemOf(error: unknown): Problem {
  for (let e = error; e instanceof Error; e = e.cause) {
    if (e instanceof Problem) return e;
    if (e instanceof HTTPException) return ofHono(e);
    if (e instanceof InProgress) return refuse("idempotency_in_progress");
    if (e instanceof MoneyError)
      return refuse("invalid_request", { detail: `The sum cannot be computed: ${e.code}.` });
    if (e instanceof Misconfigured) return refuse("misconfigured");
    if (e instanceof Unavailable)
      return refuse("unavailable", { headers: { "retry-after": String(e.retryAfter) } });
  }
  return refuse("internal_error");
}

/** Hono's own refusals carry plain texts. */
function ofHono({ status }: HTTPException): Problem {
  if (status === 400) return refuse("unreadable_body");
  if (status === 413) return refuse("body_too_large");
  if (status === 415) return refuse("unsupported_media_type");
  return refuse("internal_error");
}

export function respondError(error: unknown, asked: Asked): Response {
  const problem = problemOf(error);
  if (problem.status >= 500) {
    const level = problem.code === "internal_error" ? "error" : "warn";
    const { ctx, path } = asked.env;
    const { requestId } = ctx;
    log(level, problem.code, { requestId, path, error: describe(error) });
  }
  return respondProblem(asked, problem);
}
