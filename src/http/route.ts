import { OpenAPIHono } from "@hono/zod-openapi";
import type { z } from "zod";
import { after } from "./after";
import { type AppEnv, type C, dataText, pageText, respond, respondStored } from "./answer";
import { Stored } from "./cache";
import { describeRoute } from "./document";
import type { ContextOf, Guard } from "./guard";
import { claimKey, keepAnswer } from "./idempotency";
import { expectedVersion, limitBody, parsePath, parseQuery, refuseInvalid } from "./input";
import type { Page } from "./page";
import { respondError } from "./refusal";
import { useOf } from "./scope";

type Awaitable<T> = T | Promise<T>;
type Status = 200 | 201 | 202 | 204;
type Returns =
  | { returns: { [S in Status]?: z.ZodType | null } }
  /** `beside`: what the answer tells of the whole list, e.g. facets. */
  | { list: z.ZodType; beside?: z.ZodObject }
  /** A media type: the handler answers with a Response of its own. */
  | { raw: string };
export type Spec = {
  auth: Guard;
  params?: z.ZodObject;
  query?: z.ZodType;
  body?: z.ZodType;
  /** The media type of a body that the handler reads by itself. */
  upload?: "multipart/form-data" | "text/csv" | "application/zip";
  /** Codes of the problems it may answer, beside those that every route may. */
  throws?: readonly string[];
  description?: string;
  /** Bytes; 1 MiB unless told. */
  maxBody?: number;
  /** Whether `Idempotency-Key` or `If-Match` may be left out (it may, unless told). */
  requires?: "idempotency-key" | "if-match";
  /** Whether API keys and impersonating administrators may; see `Use`. */
  delegable?: boolean;
} & Returns;

type Parsed<S, K extends string> = S extends { [_ in K]: infer T extends z.ZodType }
  ? z.output<T>
  : undefined;
type Input<S extends Spec> = {
  ctx: ContextOf<S["auth"]>;
  params: Parsed<S, "params">;
  query: Parsed<S, "query">;
  body: Parsed<S, "body">;
  c: C;
};
type Data<S> = S extends { raw: string }
  ? Response
  : S extends { list: infer T extends z.ZodType }
    ? PageData<Page<z.input<T>> & Beside<S>>
    : S extends { returns: infer R }
      ? {
          [K in keyof R]: R[K] extends z.ZodType ? z.input<R[K]> | Stored<z.input<R[K]>> : unknown;
        }[keyof R]
      : never;

type PageData<P> = P | Stored<P>;
type Beside<S> = S extends { beside: infer B extends z.ZodObject }
  ? { beside: z.input<B> }
  : unknown;

type Method = "get" | "post" | "put" | "patch" | "delete";

/** The routes of one domain, each a sentence: method, path, summary, who may, what goes in and out. */
export function router(tag: string) {
  const hono = new OpenAPIHono<AppEnv>({ defaultHook: refuseInvalid });

  const verb =
    (method: Method) =>
    <const S extends Spec>(
      path: string,
      summary: string,
      spec: S,
      handler: (input: Input<S>) => Awaitable<Data<S>>,
    ): void => {
      const writes = method !== "get";
      const use = useOf(tag, writes, spec.delegable);
      const status = successOf(spec);
      const admit = (c: C): Awaitable<void> => {
        const { ctx } = c.env;
        c.env.c = c;
        return after(spec.auth.check(ctx, use), (actor) => {
          ctx.actor = actor;
          if (writes) ctx.expectedVersion = expectedVersion(c, spec.requires === "if-match");
          if (spec.params) c.env.params = parsePath(c, spec.params);
          if (spec.query) c.env.query = parseQuery(c, spec.query);
        });
      };
      const run = (c: C): Awaitable<Response> => {
        const { ctx, params, query } = c.env;
        const body = spec.body && c.req.valid("json" as never);
        const data: Awaitable<unknown> = handler({ c, ctx, params, query, body } as never);
        return after(data, (done) => finish(c, spec, status, done));
      };
      const described = describeRoute({ method, path, summary, tag, spec, use });
      hono.openAPIRegistry.registerPath(described as never);
      const { body } = described.request;
      const guard = (c: C, next: () => Promise<void>) => after(admit(c), next);
      const route = {
        ...{ method, path, hide: true, responses: {} },
        middleware: writes ? [guard, limitBody(spec.maxBody)] : [],
        ...(body && { request: { body } }),
      };
      const read = (c: C) => after(admit(c), () => run(c));
      const answer = method === "post" ? withKey(spec, run) : writes ? run : read;
      hono.openapi(route as never, answer as never);
    };

  return {
    hono,
    get: verb("get"),
    post: verb("post"),
    put: verb("put"),
    patch: verb("patch"),
    delete: verb("delete"),
  };
}

const withKey = (spec: Spec, run: (c: C) => Awaitable<Response>) => async (c: C) => {
  const replay = await claimKey(c, spec.requires === "idempotency-key");
  if (replay) return replay;
  let answer: Response;
  try {
    answer = await run(c);
  } catch (error) {
    if (!c.env.ctx.claim?.made) throw error;
    answer = respondError(error, c);
  }
  return keepAnswer(c, answer);
};

const successOf = (spec: Spec) =>
  "returns" in spec ? (Number(Object.keys(spec.returns)[0]) as Status) : 200;

/** Turns what a verb returned into the contract's envelope. */
function finish(c: C, spec: Spec, status: Status, data: unknown): Response {
  if (data instanceof Response) return data;
  if (data instanceof Stored) return respondStored(c, status, data);
  if (status === 204) return respond(c, 204, null);
  if ("list" in spec) return respond(c, status, pageText(data as Page<unknown>));
  const version = (data as { version?: number } | null)?.version;
  const headers = version === undefined ? {} : { etag: `"${version}"` };
  return respond(c, status, dataText(data), headers);
}
