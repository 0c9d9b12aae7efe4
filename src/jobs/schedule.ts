import { wakeOldCheckouts } from "../commerce/checkout/sweep";
import { sweepMedia } from "../commerce/media/files";
import { forgetZeroResults } from "../commerce/search/zeroResults";
import { type Context, systemContext } from "../data/context";
import { resendUnsent } from "../data/outbox";
import { describe, log } from "../http/log";
import { eraseDeleted } from "../identity/privacy/erase";
import { pruneSessions } from "../identity/sessions/prune";
import { rotateSigningKeys } from "../identity/tokens/keys";
import { second } from "../lib/time";
import { forgetOld } from "../operations/retention";
import { purgeDocuments } from "../workspaces/documents/purge";
import { sweepJobs } from "./sweepJobs";

type Chore = (ctx: Context<null>) => Promise<unknown>;

const minute = "* * * * *";
const hour = "17 * * * *";
const night = "23 3 * * *";

/** Sends what an outage left in the outbox, for at most half a minute. */
async function sendBacklog(ctx: Context<null>): Promise<void> {
  const end = Date.now() + 30 * second;
  while ((await resendUnsent(ctx, 200)) === 200 && Date.now() < end);
}

/** What the platform's crons do. Each chore is bounded and may run twice or late. */
const chores: Record<string, Record<string, Chore>> = {
  [minute]: { sendBacklog, wakeOldCheckouts, sweepJobs },
  [hour]: { forgetOld, sweepMedia },
  [night]: { rotateSigningKeys, pruneSessions, eraseDeleted, forgetZeroResults, purgeDocuments },
};

/** One chore that fails does not keep the others from running. */
export async function runSchedule(cron: string): Promise<void> {
  for (const [chore, run] of Object.entries(chores[cron] ?? {})) {
    await run(systemContext()).catch((error) =>
      log("error", "chore_failed", { cron, chore, error: describe(error) }),
    );
  }
}
