import { createExecutionContext, waitOnExecutionContext } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { OpenAPIHono } from "@hono/zod-openapi";
import type { AppEnv, Exchange } from "../http/answer";
import { edge } from "../http/edge";
import { respondError } from "../http/refusal";
import type { Role } from "../identity/roles";
import { newId } from "../lib/id";
import { type Api, api, type Sender } from "./api";

/** `x-test-actor: <id>` asks as that person; the routes of a test know nothing of tokens. */
function identify({ ctx }: Exchange): void {
  const id = ctx.request?.headers.get("x-test-actor");
  if (id) ctx.actor = { id, role: "user" as Role, sessionId: newId() };
}

/** Routes that exist in one test only, behind everything that stands before every route. */
export function mount(
  routes: OpenAPIHono<AppEnv>,
  limit: (exchange: Exchange) => void | Promise<void> = () => {},
): (sender?: Sender & { as?: string }) => Api {
  const app = new OpenAPIHono<AppEnv>();
  app.onError((error, c) => respondError(error, c));
  app.route("/api/v1", routes);
  const answer = edge(app, { identify, limit });
  return ({ as, headers, ...sender } = {}) =>
    api({
      ...sender,
      headers: { ...headers, ...(as && { "x-test-actor": as }) },
      fetch: async (request) => {
        const context = createExecutionContext();
        const response = await answer(request, env, context);
        await waitOnExecutionContext(context);
        return response;
      },
    });
}
