import { z } from "zod";
import { commonParameters } from "./openapi";
import { catalogue } from "./problem";
import type { Spec } from "./route";
import type { Use } from "./scope";

const ProblemBody = z
  .object({
    success: z.literal(false),
    type: z.string(),
    title: z.string(),
    status: z.int(),
    detail: z.string(),
    code: z.string(),
    requestId: z.string(),
    errors: z.array(z.object({ path: z.string(), message: z.string() })).optional(),
  })
  .meta({ id: "Problem" });

export const envelope = (data: z.ZodType) => z.object({ success: z.literal(true), data });

export const pageEnvelope = (item: z.ZodType, beside?: z.ZodObject) =>
  z.object({
    success: z.literal(true),
    data: z.array(item),
    page: z.object({ nextCursor: z.string().nullable(), limit: z.int() }),
    ...beside?.shape,
  });

const refusals = [
  "authentication_required",
  "invalid_token",
  "forbidden",
  "insufficient_scope",
  "own_session_required",
];

/** The problems of an operation, by status, each with the codes it stands for. */
export function documentedProblems(spec: Spec) {
  const codes = [
    ...(spec.auth.scheme ? refusals : []),
    ...(spec.params ? ["not_found"] : []),
    ...(spec.params || spec.query || spec.body ? ["invalid_request"] : []),
    ...(spec.body || spec.upload
      ? ["unreadable_body", "body_too_large", "unsupported_media_type"]
      : []),
    ...(spec.throws ?? []),
    "rate_limited",
    "unavailable",
  ];
  const byStatus = new Map<number, string[]>();
  for (const code of codes) {
    const status = catalogue.get(code)?.[0];
    if (!status) throw new Error(`no problem is called ${code}`);
    byStatus.set(status, [...(byStatus.get(status) ?? []), code]);
  }
  return Object.fromEntries(
    [...byStatus].map(([status, list]) => [
      status,
      {
        description: list.map((code) => `\`${code}\``).join(", "),
        content: { "application/problem+json": { schema: ProblemBody } },
      },
    ]),
  );
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
  "application/zip": { type: "string", format: "binary" },
};

function successes(spec: Spec) {
  if ("raw" in spec) return { 200: { description: "Done", content: { [spec.raw]: {} } } };
  if ("list" in spec)
    return { 200: { description: "A page", ...json(pageEnvelope(spec.list, spec.beside)) } };
  return Object.fromEntries(
    Object.entries(spec.returns).map(([status, schema]) => [
      status,
      { description: "Done", ...(schema && json(envelope(schema))) },
    ]),
  );
}

type Told = { method: string; path: string; summary: string; tag: string; spec: Spec; use: Use };

/** The operation as the document has it. */
export const describeRoute = ({ method, path, summary, tag, spec, use }: Told) => ({
  method,
  path,
  summary,
  tags: [tag],
  ...(spec.description && { description: spec.description }),
  parameters: commonParameters(method),
  security: securityOf(spec, use),
  request: {
    ...(spec.params && { params: spec.params }),
    ...(spec.query && { query: spec.query }),
    ...(spec.body && { body: { required: true, ...json(spec.body) } }),
    ...(spec.upload && {
      body: { required: true, content: { [spec.upload]: { schema: uploads[spec.upload] } } },
    }),
  },
  responses: { ...successes(spec), ...documentedProblems(spec) },
});
