import type { Bank } from "./bank";
import { type Asked, serve } from "./desk";
import type { RequestFault } from "./faults";
import { Refusal } from "./refusal";

export type Answer = { status: number; body: string; replayed: boolean };

/** The first answer again, if the idempotency key has one. */
export function answerOnce(bank: Bank, asked: Asked, body: string, fault?: RequestFault): Answer {
  const { sql, key } = bank;
  const request = `${asked.path}\n${body}`;
  if (key !== null) {
    const [kept] = sql.exec<{ request: string; status: number; body: string }>(
      "SELECT * FROM answers WHERE key = ?",
      key,
    );
    if (kept) return kept.request === request ? { ...kept, replayed: true } : reused(key);
  }
  const { status, text, keep } = answerFresh(bank, asked, fault);
  if (key !== null && keep)
    sql.exec("INSERT INTO answers VALUES (?, ?, ?, ?)", key, request, status, text);
  return { status, body: text, replayed: false };
}

function answerFresh(bank: Bank, asked: Asked, fault?: RequestFault) {
  const broken = {
    status: 500,
    text: failure("api_error", "An unknown error occurred"),
    keep: true,
  };
  if (fault === "fail") return broken;
  const answer = answerOf(bank, asked);
  return fault === "fail_after" ? broken : answer;
}

function answerOf(bank: Bank, asked: Asked) {
  try {
    return { status: 200, text: JSON.stringify(serve(bank, asked)), keep: true };
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    return { status: error.status, text: JSON.stringify({ error: error.error }), keep: error.kept };
  }
}

const failure = (type: string, message: string) => JSON.stringify({ error: { type, message } });

const reused = (key: string): Answer => ({
  status: 400,
  body: failure(
    "idempotency_error",
    `Keys for idempotent requests can only be used with the same parameters they were first used with. Try using a key other than '${key}'.`,
  ),
  replayed: false,
});

export const unauthorized: Answer = {
  status: 401,
  body: failure("invalid_request_error", "Invalid API Key provided."),
  replayed: false,
};

export const limited: Answer = {
  status: 429,
  body: failure("invalid_request_error", "Too many requests hit the API too quickly."),
  replayed: false,
};

export function respond({ status, body, replayed }: Answer, requestId: string): Response {
  const headers = {
    "content-type": "application/json",
    "request-id": requestId,
    "stripe-version": "2026-10-28.endive",
    ...(replayed && { "idempotent-replayed": "true" }),
  };
  return new Response(body, { status, headers });
}
