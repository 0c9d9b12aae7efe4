import type { Context as HonoContext } from "hono";
import type { StatusCode } from "hono/utils/http-status";
import type { AnyContext } from "../data/context";
import { utf8 } from "../lib/crypto";
import type { Stored } from "./cacheMemory";
import type { Page } from "./page";
import type { Problem } from "./problem";

/** A request on its way: routes find it where Hono keeps bindings (`c.env`), which costs nothing. */
export type Exchange = {
  readonly ctx: AnyContext;
  /** As the runtime handed them over: the `env` of `cloudflare:workers` is dearer to ask. */
  readonly bindings: Env;
  /** Of the request, asked for once: each question crosses into the runtime. */
  readonly headers: Headers;
  readonly method: string;
  readonly path: string;
  readonly started: number;
  /** The route that took it. */
  c: C | undefined;
  /** What its address says, as the route's schemas have it. */
  params: unknown;
  query: unknown;
  /** An answer that has every header of the contract. */
  answer: Response | undefined;
};
export type AppEnv = { Bindings: Exchange };
export type C = HonoContext<AppEnv>;
/** Whatever knows its exchange. */
export type Asked = { readonly env: Exchange };

/** On every answer of the API. A route that serves pages or media states its own policy. */
export const securityHeaders: Record<string, string> = {
  "cache-control": "private, no-store",
  "content-security-policy": "default-src 'none'; frame-ancestors 'none'",
  "referrer-policy": "no-referrer",
  "strict-transport-security": "max-age=31536000; includeSubDomains",
  "x-content-type-options": "nosniff",
  "x-frame-options": "DENY",
};

const bare = new Headers(securityHeaders);
const json = new Headers({ ...securityHeaders, "content-type": "application/json" });

/**
 * An answer with its own headers. They are copied as they are made into it, so the one header that
 * each request has is written into the model before: that costs half of adding it afterwards.
 */
function copyOf(
  model: Headers,
  { env: exchange }: Asked,
  status: StatusCode,
  body: BodyInit | null,
): Response {
  model.set("x-request-id", exchange.ctx.requestId);
  const response = new Response(body, { status, headers: model });
  exchange.answer = response;
  return response;
}

/** What an answer tells beside itself: cookies, the bookmark of a write and, in development, what it cost. */
export function tellMore({ env: { ctx, started, bindings } }: Asked, response: Response): Response {
  for (const cookie of ctx.cookies) response.headers.append("set-cookie", cookie);
  const { database } = ctx;
  if (database.wrote && database.bookmark) response.headers.set("x-d1-bookmark", database.bookmark);
  if (bindings.ENVIRONMENT !== "development") return response;
  const search = ctx.searched ? [costOf("search", ctx.searched)] : [];
  const timing = [`total;dur=${Date.now() - started}`, costOf("d1", database), ...search];
  response.headers.set("server-timing", timing.join(", "));
  return response;
}

/** `dur` is what waiting for the database took, `sql` what it worked, both in milliseconds. */
const costOf = (name: string, one: AnyContext["database"]) =>
  `${name};dur=${one.milliseconds};desc="trips=${one.trips} rowsRead=${one.rowsRead} ` +
  `rowsWritten=${one.rowsWritten} sql=${one.sqlMilliseconds.toFixed(1)}"`;

/** A JSON text, or nothing, with every header of the contract. */
export function respond(
  asked: Asked,
  status: StatusCode,
  text: string | null,
  more: Record<string, string> = {},
): Response {
  const response = copyOf(text === null ? bare : json, asked, status, text);
  for (const name in more) response.headers.set(name, more[name]!);
  return tellMore(asked, response);
}

/** An answer that the cache holds: its headers and bytes are put together once. */
export function respondStored(asked: Asked, status: StatusCode, stored: Stored): Response {
  const { text, headers } = stored;
  if (headers.etag?.startsWith("W/") && headers.etag === asked.env.headers.get("if-none-match"))
    return respond(asked, 304, null, headers);
  stored.ready ??= {
    headers: new Headers([...json, ...Object.entries(headers)]),
    bytes: utf8(text),
  };
  return tellMore(asked, copyOf(stored.ready.headers, asked, status, stored.ready.bytes));
}

export const dataText = (data: unknown) => JSON.stringify({ success: true, data });
export const pageText = ({ items, nextCursor, limit, beside }: Page<unknown>) =>
  JSON.stringify({ success: true, data: items, page: { nextCursor, limit }, ...beside });

/** RFC 9457, in the contract's shape. */
export function respondProblem(asked: Asked, problem: Problem): Response {
  const { status, code, detail, extra } = problem;
  const body = {
    success: false,
    type: `/problems/${code}`,
    title: titleOf(code),
    status,
    detail,
    code,
    requestId: asked.env.ctx.requestId,
    ...extra.data,
    ...(extra.errors && { errors: extra.errors }),
  };
  const headers: Record<string, string> = {
    "content-type": "application/problem+json",
    ...extra.headers,
  };
  if (status === 401) headers["www-authenticate"] ??= challenge(code);
  if (status === 503) headers["retry-after"] ??= "2";
  return respond(asked, status, JSON.stringify(body), headers);
}

/** `email_taken` → "Email taken". */
export const titleOf = (code: string) =>
  code.charAt(0).toUpperCase() + code.slice(1).replaceAll("_", " ");

/** RFC 6750, section 3: no error code when no credentials were sent. */
const challenge = (code: string) =>
  code === "authentication_required"
    ? 'Bearer realm="rimlight"'
    : 'Bearer realm="rimlight", error="invalid_token"';
