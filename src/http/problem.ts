import type { ContentfulStatusCode } from "hono/utils/http-status";

export type ProblemStatus = Extract<
  ContentfulStatusCode,
  | 400
  | 401
  | 402
  | 403
  | 404
  | 405
  | 409
  | 410
  | 412
  | 413
  | 415
  | 416
  | 422
  | 428
  | 429
  | 500
  | 501
  | 503
>;
export type FieldError = { path: string; message: string };
type Extra = {
  detail?: string;
  errors?: FieldError[];
  headers?: Record<string, string>;
  /** Further members of the answer, e.g. what is left of each line. */
  data?: Record<string, unknown>;
};

/** An expected refusal. Anything else that is thrown is a bug and answers 500. */
export class Problem extends Error {
  override name = "Problem";
  constructor(
    readonly status: ProblemStatus,
    readonly code: string,
    readonly detail: string,
    readonly extra: Extra = {},
  ) {
    super(code);
  }
}

/** Every code of the contract, with its status and its explanation (`GET /problems/:code`). */
export const catalogue = new Map<string, readonly [status: ProblemStatus, text: string]>();

/** Declares the problems of one domain and returns the function that makes them. */
export function problems<const C extends Record<string, readonly [ProblemStatus, string]>>(
  codes: C,
) {
  for (const [code, entry] of Object.entries(codes)) catalogue.set(code, entry);
  return (code: Extract<keyof C, string>, extra: Extra = {}) => {
    const [status, text] = codes[code]!;
    return new Problem(status, code, extra.detail ?? text, extra);
  };
}

/** The problems that any route may answer. */
export const refuse = problems({
  unreadable_body: [400, "The body is not valid JSON."],
  authentication_required: [401, "Sign in, or send a valid access token or API key."],
  invalid_token: [401, "The access token or API key is invalid, expired or revoked."],
  forbidden: [403, "You are known, but not allowed to do this."],
  insufficient_scope: [403, "The API key has not the scope that this needs."],
  own_session_required: [
    403,
    "Only the person can do this, signed in with a session of their own.",
  ],
  not_found: [404, "There is nothing here, or it is not yours to see."],
  method_not_allowed: [405, "This address does not answer that method; see the Allow header."],
  conflict: [409, "The state of the resource does not allow this."],
  idempotency_in_progress: [409, "A request with this Idempotency-Key is still running."],
  idempotency_answer_lost: [
    409,
    "The request with this Idempotency-Key was carried out, but its answer is lost; read the result.",
  ],
  version_mismatch: [412, "The resource changed since the version in If-Match."],
  body_too_large: [413, "The body is larger than this address accepts."],
  unsupported_media_type: [415, "Send the body as application/json."],
  invalid_request: [422, "The request is well-formed, but some of its values are not valid."],
  invalid_cursor: [422, "The cursor is not one that this list gave out."],
  invalid_bookmark: [422, "X-D1-Bookmark is not one that this service gave out."],
  invalid_idempotency_key: [422, "Idempotency-Key is 1 to 255 printable ASCII characters."],
  idempotency_key_reused: [422, "This Idempotency-Key was used with another request body."],
  idempotency_key_required: [428, "This request needs an Idempotency-Key header."],
  version_required: [428, "This request needs an If-Match header."],
  rate_limited: [429, "Too many requests; wait as long as Retry-After says."],
  internal_error: [500, "Something went wrong on our side. Quote the request id if you ask us."],
  not_configured: [501, "This is not configured on this installation."],
  unavailable: [503, "A part of the service is overloaded or unreachable; try again."],
  misconfigured: [503, "This installation is not configured completely."],
});
export type CommonCode = Parameters<typeof refuse>[0];
