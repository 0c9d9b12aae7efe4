import { env } from "cloudflare:workers";
import { gt, sql } from "drizzle-orm";
import { askPayments } from "../../commerce/payments/probe";
import { attempt } from "../../data/attempt";
import { systemContext } from "../../data/context";
import { secretVersions } from "../../data/secrets";
import { describe, log } from "../../http/log";
import { minute, second } from "../../lib/time";
import { mails } from "../mail/tables";
import { mailSetup } from "../mail/transports/transport";
import type { Readiness } from "./schema";

/** Each talks to what it is named after. Nothing, or a status of its own, is good; a throw is not. */
export type Probe = { required: boolean; ask(): Promise<unknown> };

/** Required is what no request can do without; without any other, a part of the service rests. */
export const probes: Record<string, Probe> = {
  secrets: { required: true, ask: secretVersions },
  database: { required: true, ask: () => env.DB.prepare("SELECT 1").run() },
  objects: { required: true, ask: async () => env.AUDIT_LOG.getByName("health").head() },
  search: { required: false, ask: () => env.SEARCH.prepare("SELECT 1").run() },
  cache: { required: false, ask: () => env.CACHE.get("health") },
  queues: { required: false, ask: () => Promise.all([env.EVENTS.metrics(), env.JOBS.metrics()]) },
  media: { required: false, ask: () => env.MEDIA.head("health") },
  mail: { required: false, ask: askMail },
  payments: { required: false, ask: askPayments },
};

/** All at once, each within a second. */
export async function probeAll(asked: Record<string, Probe>): Promise<Readiness> {
  const answers = await Promise.all(
    Object.entries(asked).map(async ([name, { required, ask }]) => {
      const started = Date.now();
      const status = await attempt(ask, { repeatable: false, within: second }).then(
        (said) => (said === "unconfigured" || said === "sandbox" ? said : "ok"),
        (error) => {
          log("warn", "probe_failed", { name, error: describe(error) });
          return "failing" as const;
        },
      );
      return [name, { status, latencyMs: Date.now() - started, required }] as const;
    }),
  );
  const failing = answers.filter(([, { status }]) => status === "failing");
  const isDown = failing.some(([, { required }]) => required);
  return {
    status: isDown ? "failing" : failing.length > 0 ? "degraded" : "ok",
    dependencies: Object.fromEntries(answers),
  };
}

/** No provider is asked: it fails when all that was tried of late has failed. */
async function askMail(): Promise<"ok" | "unconfigured"> {
  if (!mailSetup()) return "unconfigured";
  const lately = await systemContext()
    .db.select({
      sent: sql<number>`count(*) FILTER (WHERE status = 'sent')`,
      failed: sql<number>`count(*) FILTER (WHERE status IN ('queued', 'refused'))`,
    })
    .from(mails)
    .where(gt(mails.updatedAt, Date.now() - 15 * minute))
    .get();
  if (lately && lately.failed > 0 && lately.sent === 0) throw new Error("no mail goes out");
  return "ok";
}
