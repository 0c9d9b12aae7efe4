import { createRoute, OpenAPIHono } from "@hono/zod-openapi";
import { bodyLimit } from "hono/body-limit";
import type { z } from "zod";
import { after } from "./after";
import { type AppEnv, type C, dataText, pageText, respond, respondStored } from "./answer";
import { Stored } from "./cache";
import { documentedProblems, envelope, pageEnvelope } from "./document";
import type { ContextOf, Guard } from "./guard";
import { claimKey, keepAnswer } from "./idempotency";
import { commonParameters } from "./openapi";
import type { Page } from "./page";
import { refuse } from "./problem";
import { respondError } from "./refusal";
import { type Use, useOf } from "./scope";

type Awaitable<T> = T | Promise<T>;
type Status = 200 | 201 | 202 | 204;
type Returns =
  | { returns: { [S in Status]?: z.ZodType | null } }
  | { list: z.ZodType }
  /** A media type: the handler answers with a Response of its own. */
  | { raw: string };
export type Spec = {
  auth: Guard;
  params?: z.ZodObject;
  query?: z.ZodType;
  body?: z.ZodType;
  /** The media type of a body that the handler reads by itself. */
  upload?: "multipart/form-data" | "text/csv";
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
    ? Page<z.input<T>> | Stored<Page<z.input<T>>>
    : S extends { returns: infer R }
      ? {
          [K in keyof R]: R[K] extends z.ZodType ? z.input<R[K]> | Stored<z.input<R[K]>> : unknown;
        }[keyof R]
      : never;

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
      const parses = spec.params || spec.query || writes;
      const admit = (c: C): Awaitable<void> => {
        const { ctx } = c.env;
        c.env.c = c;
        const allowed = spec.auth.check(ctx, use);
        return after(allowed, (actor) => {
          ctx.actor = actor;
          if (writes) ctx.expectedVersion = ifMatch(c, spec);
        });
      };
      const guard = (c: C, next: () => Promise<void>) => after(admit(c), next);
      const route = createRoute({
        method,
        path,
        summary,
        tags: [tag],
        ...(spec.description && { description: spec.description }),
        parameters: commonParameters(method),
        security: securityOf(spec, use),
        middleware: [...(parses ? [guard] : []), ...(writes ? [limitBody(spec.maxBody)] : [])],
        request: {
          ...(spec.params && { params: spec.params }),
          ...(spec.query && { query: spec.query }),
          ...(spec.body && { body: { required: true, ...json(spec.body) } }),
          ...(spec.upload && {
            body: { required: true, content: { [spec.upload]: { schema: uploads[spec.upload] } } },
          }),
        },
        responses: { ...successes(spec), ...documentedProblems(spec) },
      } as never);
      const run = (c: C): Awaitable<Response> => {
        const data: Awaitable<unknown> = handler({
          c,
          ctx: c.env.ctx as never,
          params: (spec.params && c.req.valid("param" as never)) as never,
          query: (spec.query && c.req.valid("query" as never)) as never,
          body: (spec.body && c.req.valid("json" as never)) as never,
        });
        return after(data, (done) => finish(c, spec, done));
      };
      const guarded = (c: C) => after(admit(c), () => run(c));
      const answer = method === "post" ? withKey(spec, run) : parses ? run : guarded;
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

/** Turns what a verb returned into the contract's envelope. */
function finish(c: C, spec: Spec, data: unknown): Response {
  if (data instanceof Response) return data;
  const status = "returns" in spec ? (Number(Object.keys(spec.returns)[0]) as Status) : 200;
  if (data instanceof Stored) return respondStored(c, status, data);
  if (status === 204) return respond(c, 204, null);
  if ("list" in spec) return respond(c, status, pageText(data as Page<unknown>));
  const version = (data as { version?: number } | null)?.version;
  const headers = version === undefined ? {} : { etag: `"${version}"` };
  return respond(c, status, dataText(data), headers);
}

/** OpenAPI 3.1: what follows the scheme are the scopes that an API key needs. */
const securityOf = ({ auth }: Spec, { scope, delegable }: Use) =>
  auth.scheme ? [{ [auth.scheme]: delegable ? [scope] : [] }] : [];

const json = (schema: z.ZodType) => ({ content: { "application/json": { schema } } });

/** These only document: no validator reads a form or a CSV. */
const uploads = {
  "multipart/form-data": {
    type: "object",
    properties: { file: { type: "string", format: "binary" }, alt: { type: "string" } },
    required: ["file"],
  },
  "text/csv": { type: "string" },
};

function successes(spec: Spec) {
  if ("raw" in spec) return { 200: { description: "Done", content: { [spec.raw]: {} } } };
  if ("list" in spec) return { 200: { description: "A page", ...json(pageEnvelope(spec.list)) } };
  return Object.fromEntries(
    Object.entries(spec.returns).map(([status, schema]) => [
      status,
      { description: "Done", ...(schema && json(envelope(schema))) },
    ]),
  );
}

/** The version in `If-Match: "7"`; `*` matches whatever is there. */
function ifMatch(c: C, spec: Spec): number | undefined {
  const header = c.req.header("if-match");
  if (header === undefined && spec.requires === "if-match") throw refuse("version_required");
  if (header === undefined || header === "*") return undefined;
  const version = /^(?:W\/)?"(\d{1,15})"$/.exec(header)?.[1];
  return version ? Number(version) : -1;
}

const limitBody = (maxSize = 1_048_576) =>
  bodyLimit({
    maxSize,
    onError: () => {
      throw refuse("body_too_large");
    },
  });

const targets: Record<string, string> = { json: "body", param: "path", form: "body" };

function refuseInvalid(result: {
  success: boolean;
  target: string;
  error?: { issues: readonly { path: PropertyKey[]; message: string }[] };
}): void {
  if (result.success || !result.error) return;
  const target = targets[result.target] ?? result.target;
  throw refuse("invalid_request", {
    errors: result.error.issues.slice(0, 50).map(({ path, message }) => {
      return { path: [target, ...path].map(String).join("."), message };
    }),
  });
}
