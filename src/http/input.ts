import { bodyLimit } from "hono/body-limit";
import type { z } from "zod";
import type { C } from "./answer";
import { refuse } from "./problem";

/** The parameters of the path, as the route's schema has them. */
export const parsePath = (c: C, schema: z.ZodType): unknown => parse("path", schema, c.req.param());

/** What stands behind the question mark; a name that stands there twice is a list. */
export function parseQuery(c: C, schema: z.ZodType): unknown {
  const given = Object.entries(c.req.queries()).map(([name, values]) => {
    return [name, values.length === 1 ? values[0] : values];
  });
  return parse("query", schema, Object.fromEntries(given));
}

function parse(place: string, schema: z.ZodType, value: unknown): unknown {
  const { success, data, error } = schema.safeParse(value);
  if (success) return data;
  throw invalid(place, error);
}

const invalid = (place: string, { issues }: Issues) =>
  refuse("invalid_request", {
    errors: issues.slice(0, 50).map(({ path, message }) => {
      return { path: [place, ...path].map(String).join("."), message };
    }),
  });

type Issues = { issues: readonly { path: PropertyKey[]; message: string }[] };

/** Of the bodies, which Hono's own validators read. */
export function refuseInvalid(result: { success: boolean; error?: Issues }): void {
  if (!result.success && result.error) throw invalid("body", result.error);
}

/** The version in `If-Match: "7"`; `*` matches whatever is there. */
export function expectedVersion(c: C, isRequired: boolean): number | undefined {
  const header = c.req.header("if-match");
  if (header === undefined && isRequired) throw refuse("version_required");
  if (header === undefined || header === "*") return undefined;
  const version = /^(?:W\/)?"(\d{1,15})"$/.exec(header)?.[1];
  return version ? Number(version) : -1;
}

export const limitBody = (maxSize = 1_048_576) =>
  bodyLimit({
    maxSize,
    onError: () => {
      throw refuse("body_too_large");
    },
  });
