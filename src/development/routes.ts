import { env } from "cloudflare:workers";
import { OpenAPIHono } from "@hono/zod-openapi";
import type { AppEnv } from "../http/answer";
import { refuse } from "../http/problem";
import { seed } from "./seed";

/** What helps on a developer's machine. In production none of it exists, nor does the document name it. */
export const development = new OpenAPIHono<AppEnv>();

development.use(async (_, next) => {
  if (env.ENVIRONMENT !== "development") throw refuse("not_found");
  await next();
});

development.post("/seed", async (c) =>
  c.json({ success: true, data: await seed(c.env.ctx.requestId) }),
);
