import { z } from "zod";
import { catalogue } from "./problem";
import type { Spec } from "./route";

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

export const pageEnvelope = (item: z.ZodType) =>
  z.object({
    success: z.literal(true),
    data: z.array(item),
    page: z.object({ nextCursor: z.string().nullable(), limit: z.int() }),
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
