import { z } from "zod";
import { respond } from "../http/answer";
import { anyone } from "../http/guard";
import { refuse } from "../http/problem";
import { router } from "../http/route";
import { apiPage, explain, type Page, problemPage } from "./pages";

export const system = router("System");

const health = JSON.stringify({ status: "ok", service: "rimlight" });

system.get(
  "/health",
  "Tell that the Worker runs",
  { auth: anyone, raw: "application/json", description: "It touches nothing else." },
  ({ c }) => respond(c, 200, health),
);

system.get(
  "/problems/{code}",
  "Explain a problem",
  {
    auth: anyone,
    params: z.object({ code: z.string().max(100) }),
    raw: "application/json",
    description: "What the `type` of a problem resolves to; a page for those who accept HTML.",
  },
  ({ c, params }) => {
    const explained = explain(params.code);
    if (!explained) throw refuse("not_found");
    const headers = { "cache-control": "public, max-age=3600", vary: "accept" };
    return c.req.header("accept")?.includes("text/html")
      ? page(problemPage(explained), headers)
      : respond(c, 200, JSON.stringify({ success: true, data: explained }), headers);

    function page({ html, policy }: Page, more: Record<string, string>) {
      return respond(c, 200, html, { ...more, ...pageHeaders(policy) });
    }
  },
);

system.get(
  "/api-docs",
  "Show every route, to read and to try",
  { auth: anyone, raw: "text/html" },
  ({ c }) => respond(c, 200, apiPage.html, pageHeaders(apiPage.policy)),
);

const pageHeaders = (policy: string) => {
  return { "content-type": "text/html; charset=utf-8", "content-security-policy": policy };
};
