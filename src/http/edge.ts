import { env } from "cloudflare:workers";
import { Hono } from "hono";
import { cors } from "hono/cors";
import { routePath } from "hono/route";
import { getPath } from "hono/utils/url";
import { Context } from "../data/context";
import { Database } from "../data/database";
import { send } from "../data/outbox";
import { after } from "./after";
import { type AppEnv, type Exchange, securityHeaders, tellMore } from "./answer";
import { isLogged, log } from "./log";
import { refuse } from "./problem";
import { respondError } from "./refusal";

type Steps = {
  /** Finds out who asks; throws nothing, for a guard or the limit decides what follows. */
  identify(exchange: Exchange): void | Promise<void>;
  /** Counts the request against whoever asks. */
  limit(exchange: Exchange): void | Promise<void>;
};
type Answer = Response | Promise<Response>;

/**
 * What happens to every request, before and after its route. It stands around Hono, for a layer
 * inside costs every request more than what this does; and it awaits only what is not there yet.
 */
export function edge(app: Hono<AppEnv>, { identify, limit }: Steps) {
  const enter = (exchange: Exchange, execution: ExecutionContext): Answer => {
    const { ctx } = exchange;
    ctx.database.start = startOf(exchange);
    return after(identify(exchange), () =>
      after(limit(exchange), () => app.fetch(ctx.request!, exchange, execution)),
    );
  };
  const crossOrigin = new Hono<AppEnv>()
    .use(allowedOrigins)
    .all("*", (c) => enter(c.env, c.executionCtx as ExecutionContext))
    .onError((error, c) => respondError(error, c));

  return (request: Request, bindings: Env, execution: ExecutionContext): Answer => {
    const exchange = open(request, bindings);
    const leave = (response: Response) => close(exchange, response, execution);
    const fail = (error: unknown) => leave(respondError(error, { env: exchange }));
    try {
      const answer = exchange.headers.has("origin")
        ? crossOrigin.fetch(request, exchange, execution)
        : enter(exchange, execution);
      return answer instanceof Promise ? answer.then(leave).catch(fail) : leave(answer);
    } catch (error) {
      return fail(error);
    }
  };
}

function open(request: Request, bindings: Env): Exchange {
  const { headers, method } = request;
  const requestId = validId(headers.get("x-request-id")) ?? crypto.randomUUID();
  return {
    ctx: new Context(null, requestId, new Database(bindings.DB, "first-primary"), request),
    bindings,
    headers,
    method,
    path: getPath(request),
    started: Date.now(),
    c: undefined,
    params: undefined,
    query: undefined,
    answer: undefined,
  };
}

const validId = (id: string | null) => (id !== null && /^[\w.:-]{8,128}$/.test(id) ? id : null);

/** Where the D1 session begins: reads at the client's bookmark, writes at the primary. */
function startOf({ ctx, method }: Exchange): string {
  const bookmark = ctx.wanted;
  const reads = method === "GET" || method === "HEAD";
  if (bookmark === null) return reads ? "first-unconstrained" : "first-primary";
  if (!/^[0-9a-f]{8}-[0-9a-f]{8}-[0-9a-f]{8}-[0-9a-f]{32}$/.test(bookmark))
    throw refuse("invalid_bookmark");
  return reads ? bookmark : "first-primary";
}

/** After the route: what its answer still lacks, then what may happen once the answer is out. */
function close(exchange: Exchange, response: Response, execution: ExecutionContext): Response {
  const { ctx } = exchange;
  const answer = response === exchange.answer ? response : complete(exchange, response);
  if (ctx.recorded.length > 0)
    execution.waitUntil(
      send(ctx).catch((error) =>
        log("warn", "outbox_unsent", { requestId: ctx.requestId, error: String(error) }),
      ),
    );
  if (isLogged("info", exchange.bindings.LOG_LEVEL)) logRequest(exchange, answer.status);
  return answer;
}

/** An answer that a route made itself keeps what the route said. */
function complete(exchange: Exchange, made: Response): Response {
  if (made.status === 101) return made;
  const response = new Response(made.body, made);
  const always = { ...securityHeaders, "x-request-id": exchange.ctx.requestId };
  for (const [name, value] of Object.entries(always))
    if (!response.headers.has(name)) response.headers.set(name, value);
  return tellMore({ env: exchange }, response);
}

function logRequest({ ctx, started, c }: Exchange, status: number): void {
  const { trips, rowsRead, rowsWritten } = ctx.database;
  log("info", "request", {
    requestId: ctx.requestId,
    method: ctx.request?.method,
    route: c ? routePath(c, -1) : null,
    status,
    ms: Date.now() - started,
    d1: { trips, rowsRead, rowsWritten },
    actor: ctx.actor?.id,
  });
}

const allowedOrigins = cors({
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
