/** What stands in the `error` of an answer. */
export type StripeError = {
  type: "card_error" | "invalid_request_error" | "idempotency_error" | "api_error";
  code?: string;
  message: string;
  param?: string;
  [more: string]: unknown;
};

/** An answer that is an error. `kept` says whether the idempotency key keeps it: Stripe keeps what began to run. */
export class Refusal extends Error {
  override name = "Refusal";
  constructor(
    readonly status: number,
    readonly error: StripeError,
    readonly kept = true,
  ) {
    super(error.message);
  }
}

export const invalid = (message: string, more: { code?: string; param?: string } = {}) =>
  new Refusal(400, { type: "invalid_request_error", message, ...more }, false);

export const missing = (param: string) =>
  invalid(`Missing required param: ${param}.`, { code: "parameter_missing", param });

export const unknown = (kind: string, id: string, param = "id") =>
  new Refusal(
    404,
    {
      type: "invalid_request_error",
      code: "resource_missing",
      message: `No such ${kind}: '${id}'`,
      param,
    },
    false,
  );

/** The object's state does not allow it. */
export const conflicting = (code: string, message: string, more: Record<string, unknown> = {}) =>
  new Refusal(400, { type: "invalid_request_error", code, message, ...more });
