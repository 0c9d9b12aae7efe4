import { z } from "zod";
import type { Actor } from "../../../data/context";
import { respond } from "../../../http/answer";
import type { Guard } from "../../../http/guard";
import { refuse } from "../../../http/problem";
import { router } from "../../../http/route";
import { provider, sandbox } from "../stripe";
import { noFaults, requestFaults, webhookFaults } from "./faults";
import { pagePolicy, paymentPage } from "./page";

export const sandboxRoutes = router("Development");

/** Where real money can move, nothing of this exists. */
const developer: Guard<Actor | null> = {
  scheme: null,
  check: (ctx) => {
    if (provider() !== "sandbox") throw refuse("not_found");
    return ctx.actor;
  },
};

const chance = z.number().min(0).max(1);
const milliseconds = z.int().min(0).max(600_000);

const SandboxFaults = z
  .object({
    seed: z.int().default(noFaults.seed),
    rates: z.partialRecord(z.enum([...requestFaults, ...webhookFaults]), chance).default({}),
    next: z
      .array(z.object({ path: z.string().max(200), fault: z.enum(requestFaults) }))
      .max(100)
      .default([]),
    delayMs: milliseconds.default(noFaults.delayMs),
    stallMs: milliseconds.default(noFaults.stallMs),
  })
  .meta({
    id: "SandboxFaults",
    description: "What befalls requests and webhooks, by chance or next",
  });

sandboxRoutes.put(
  "/faults",
  "Let payments in the sandbox go wrong",
  { auth: developer, body: SandboxFaults, returns: { 204: null }, throws: ["not_found"] },
  async ({ body }) => sandbox().setFaults(body),
);

sandboxRoutes.post(
  "/elapse",
  "Let banks in the sandbox finish what they are processing",
  { auth: developer, returns: { 204: null }, throws: ["not_found"] },
  async () => sandbox().elapse(),
);

const IntentId = z.object({ id: z.string().regex(/^pi_\w{1,100}$/) });

sandboxRoutes.get(
  "/{id}",
  "Stand in for the page of a buyer's bank",
  { auth: developer, params: IntentId, raw: "text/html", throws: ["not_found"] },
  async ({ c, params }) => {
    const seen = await sandbox().read(params.id);
    if (!seen) throw refuse("not_found");
    return respond(c, 200, paymentPage(seen), {
      "content-type": "text/html; charset=utf-8",
      "content-security-policy": pagePolicy,
    });
  },
);

sandboxRoutes.post(
  "/{id}",
  "Approve or refuse a payment as the buyer",
  {
    auth: developer,
    params: IntentId,
    query: z.object({ verdict: z.enum(["approve", "refuse"]) }),
    raw: "text/html",
    throws: ["not_found", "conflict"],
  },
  async ({ c, params, query }) => {
    const seen = await sandbox().read(params.id);
    if (!seen) throw refuse("not_found");
    const done = await sandbox().authenticate(params.id, query.verdict === "approve");
    if (!done) throw refuse("conflict");
    const back = seen.returnUrl ?? `/dev/payments/${params.id}`;
    return respond(c, 303, null, { location: back });
  },
);
