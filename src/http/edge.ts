import { env } from "cloudflare:workers";
import type { MiddlewareHandler, Next } from "hono";
import { cors } from "hono/cors";
import { routePath } from "hono/route";
import { Context } from "../data/context";
import { Database } from "../data/database";
import { send } from "../data/outbox";
import { newId } from "../lib/id";
import { type AppEnv, type C, finished, requestHeaders, securityHeaders } from "./answer";
import { isLogged, log } from "./log";
import { refuse } from "./problem";
import { respondError } from "./refusal";

type Steps = {
  /** Finds out who asks; throws nothing, for a guard or the limit decides what follows. */
  identify(c: C): void | Promise<void>;
  /** Counts the request against whoever asks. */
  limit(c: C): void | Promise<void>;
};

/** What happens to every request, before and after its route. One layer, because layers cost. */
export function edge({ identify, limit }: Steps): MiddlewareHandler<AppEnv> {
  const enter = async (c: C, next: Next) => {
    c.var.ctx.database.start = startOf(c);
    const pending = identify(c);
    if (pending instanceof Promise) await pending;
    const counted = limit(c);
    if (counted instanceof Promise) await counted;
    await next();
  };

  return async (c, next) => {
    const started = Date.now();
    const { req } = c;
    const requestId = validId(req.header("x-request-id")) ?? newId();
    c.set("started", started);
    c.set("ctx", new Context(null, requestId, new Database(env.DB, "first-primary"), req.raw));
    try {
      if (req.header("origin") === undefined) await enter(c, next);
      else c.res = (await crossOrigin(c, () => enter(c, next))) ?? c.res;
    } catch (error) {
      c.res = respondError(error, c);
    }
    if (c.res.status !== 101 && !finished.has(c.res)) finish(c);
    const { ctx } = c.var;
    if (ctx.recorded.length > 0)
      c.executionCtx.waitUntil(
        send(ctx).catch((error) =>
          log("warn", "outbox_unsent", { requestId, error: String(error) }),
        ),
      );
    if (isLogged("info")) logRequest(c);
  };
}

const validId = (id: string | undefined) =>
  id !== undefined && /^[\w.:-]{8,128}$/.test(id) ? id : undefined;

/** Where the D1 session begins: reads at the client's bookmark, writes at the primary. */
function startOf(c: C): string {
  const bookmark = c.req.header("x-d1-bookmark");
  const reads = c.req.method === "GET" || c.req.method === "HEAD";
  if (bookmark === undefined) return reads ? "first-unconstrained" : "first-primary";
  if (!/^[0-9a-f]{8}-[0-9a-f]{8}-[0-9a-f]{8}-[0-9a-f]{32}$/.test(bookmark))
    throw refuse("invalid_bookmark");
  return reads ? bookmark : "first-primary";
}

const crossOrigin = cors({
  origin: (origin) => (env.CORS_ORIGINS.split(",").includes(origin) ? origin : null),
  allowMethods: ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE"],
  allowHeaders: [
    "Authorization",
    "Content-Type",
    "Idempotency-Key",
    "If-Match",
    "X-D1-Bookmark",
    "X-Request-Id",
  ],
  exposeHeaders: [
    "ETag",
    "Idempotency-Replayed",
    "RateLimit",
    "RateLimit-Policy",
    "Retry-After",
    "X-Cache",
    "X-D1-Bookmark",
    "X-Request-Id",
  ],
  maxAge: 7_200,
});

/** Headers for answers that a route made itself; what the route said stays. */
function finish(c: C): void {
  const headers = { ...securityHeaders, ...requestHeaders(c) };
  for (const [name, value] of Object.entries(headers))
    if (!c.res.headers.has(name)) c.res.headers.set(name, value);
}

function logRequest(c: C): void {
  const { ctx, started } = c.var;
  const { trips, rowsRead, rowsWritten } = ctx.database;
  log("info", "request", {
    requestId: ctx.requestId,
    method: c.req.method,
    route: routePath(c, -1),
    status: c.res.status,
    ms: Date.now() - started,
    d1: { trips, rowsRead, rowsWritten },
    actor: ctx.actor?.id,
  });
}
