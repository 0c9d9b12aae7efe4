import { env } from "cloudflare:workers";
import type { Context as HonoContext } from "hono";
import type { StatusCode } from "hono/utils/http-status";
import type { AnyContext } from "../data/context";
import type { Page } from "./page";
import type { Problem } from "./problem";

export type AppEnv = { Bindings: Env; Variables: { ctx: AnyContext; started: number } };
export type C = HonoContext<AppEnv>;

/** On every answer of the API. A route that serves pages or media states its own policy. */
export const securityHeaders: Record<string, string> = {
  "cache-control": "private, no-store",
  "content-security-policy": "default-src 'none'; frame-ancestors 'none'",
  "referrer-policy": "no-referrer",
  "strict-transport-security": "max-age=31536000; includeSubDomains",
  "x-content-type-options": "nosniff",
  "x-frame-options": "DENY",
};

/** The headers that tell a client about this very request. */
export function requestHeaders(c: C): Record<string, string> {
  const { ctx, started } = c.var;
  const headers: Record<string, string> = { "x-request-id": ctx.requestId };
  const { database } = ctx;
  if (database.wrote && database.bookmark) headers["x-d1-bookmark"] = database.bookmark;
  if (env.ENVIRONMENT === "development") {
    const desc = `trips=${database.trips} rowsRead=${database.rowsRead} rowsWritten=${database.rowsWritten}`;
    headers["server-timing"] =
      `total;dur=${Date.now() - started}, d1;dur=${database.milliseconds};desc="${desc}"`;
  }
  return headers;
}

/** Marks an answer that already has its headers, so that the edge does not set them again. */
export const finished = new WeakSet<Response>();

/** A JSON text with every header of the contract, built at once. */
export function respond(
  c: C,
  status: StatusCode,
  text: string | null,
  more: Record<string, string> = {},
): Response {
  const headers = { ...securityHeaders, ...requestHeaders(c), ...more };
  if (text !== null) headers["content-type"] ??= "application/json";
  const response = new Response(text, { status, headers });
  finished.add(response);
  return response;
}

export const dataText = (data: unknown) => JSON.stringify({ success: true, data });
export const pageText = ({ items, nextCursor, limit }: Page<unknown>) =>
  JSON.stringify({ success: true, data: items, page: { nextCursor, limit } });

/** RFC 9457, in the contract's shape. */
export function respondProblem(c: C, problem: Problem): Response {
  const { status, code, detail, extra } = problem;
  const body = {
    success: false,
    type: `/problems/${code}`,
    title: titleOf(code),
    status,
    detail,
    code,
    requestId: c.var.ctx.requestId,
    ...extra.data,
    ...(extra.errors && { errors: extra.errors }),
  };
  const headers: Record<string, string> = {
    "content-type": "application/problem+json",
    ...extra.headers,
  };
  if (status === 401) headers["www-authenticate"] ??= challenge(code);
  if (status === 503) headers["retry-after"] ??= "2";
  return respond(c, status, JSON.stringify(body), headers);
}

/** `email_taken` → "Email taken". */
export const titleOf = (code: string) =>
  code.charAt(0).toUpperCase() + code.slice(1).replaceAll("_", " ");

/** RFC 6750, section 3: no error code when no credentials were sent. */
const challenge = (code: string) =>
  code === "authentication_required"
    ? 'Bearer realm="rimlight"'
    : 'Bearer realm="rimlight", error="invalid_token"';
