import type { OpenAPIHono } from "@hono/zod-openapi";
import { version } from "../../package.json";
import { type AppEnv, type C, respond } from "./answer";

const header = (name: string, description: string) => {
  return { name, in: "header", schema: { type: "string" }, description } as const;
};

/** Headers that many routes take; an operation refers to them by these names. */
const parameters = {
  IdempotencyKey: header(
    "Idempotency-Key",
    "1 to 255 printable ASCII characters. The same key and body get the first answer again for 24 hours.",
  ),
  IfMatch: header("If-Match", 'The version that the change is based on, as in `ETag`: `"7"`.'),
  Bookmark: header("X-D1-Bookmark", "Of your last write: nothing older than it is shown to you."),
};

/** `GET /openapi.json`: all that is mounted, built when it is first asked for. */
export function serveDocument(app: OpenAPIHono<AppEnv>) {
  let text: string | undefined;
  return (c: C) => {
    text ??= JSON.stringify(describe(app));
    return respond(c, 200, text, { "cache-control": "public, max-age=60" });
  };
}

function describe(app: OpenAPIHono<AppEnv>) {
  const registry = app.openAPIRegistry;
  registry.registerComponent("securitySchemes", "bearer", {
    type: "http",
    scheme: "bearer",
    description:
      "An access token, or an API key (`rlk_…`) that has the scope named: `<tag>:read` for GET, else `<tag>:write`, which includes reading.",
  });
  for (const [name, parameter] of Object.entries(parameters))
    registry.registerComponent("parameters", name, parameter);
  return app.getOpenAPI31Document({
    openapi: "3.1.0",
    info: {
      title: "Rimlight",
      version,
      description: "A whole backend in one Worker. Refusals are RFC 9457 problems.",
      license: { name: "MIT" },
    },
    servers: [{ url: "/" }],
  });
}

/** What an operation takes beside what it declares, by its method. */
export function commonParameters(method: string) {
  const names = [
    ...(method === "post" ? ["IdempotencyKey"] : []),
    ...(["put", "patch", "delete"].includes(method) ? ["IfMatch"] : []),
    ...(method === "get" ? ["Bookmark"] : []),
  ];
  return names.map((name) => ({ $ref: `#/components/parameters/${name}` }));
}
