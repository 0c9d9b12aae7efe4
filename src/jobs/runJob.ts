import { Unavailable } from "../data/attempt";
import type { Context } from "../data/context";
import { describe, log } from "../http/log";
import { second } from "../lib/time";
import {
  type Attempt,
  awaitPermit,
  claimJob,
  failAttempt,
  finishJob,
  keepLease,
  nextWaiting,
} from "./attempts";
import type { Consumer } from "./consume";
import { delayOf, Permanent, reasonOf } from "./failure";
import { type InputOf, kinds, type Outcome, type Run } from "./kinds";
import type { JobKind } from "./schema";

/** Milliseconds after which a running attempt gives a sign, and hears whether it is over. */
const pulse = 2 * second;

/** Milliseconds after which a message leaves the owner's waiting jobs to others and the sweep. */
const turn = 60 * second;

/**
 * Runs a job that is due, and then those of the same owner that waited for its permit. Its row alone
 * says who may: a message that comes twice claims nothing, and an attempt that was cancelled or
 * taken for dead finishes nothing.
 */
export const runJob: Consumer<"job.due"> = async (ctx, { payload }) => {
  const end = Date.now() + turn;
  const first = await claimInTurn(ctx, payload.jobId);
  if (!first) return;
  const again = await runAttempt(ctx, first);
  while (Date.now() < end) {
    const id = await nextWaiting(ctx, first.ownerId);
    const next = id && (await claimJob(ctx, id));
    if (!next) break;
    await runAttempt(ctx, next);
  }
  if (again) throw again;
};

/** Asks once more after it is marked as waiting: a permit may have come back in between. */
async function claimInTurn(ctx: Context<null>, id: string): Promise<Attempt | undefined> {
  const claimed = await claimJob(ctx, id);
  if (claimed || !(await awaitPermit(ctx, id))) return claimed;
  return claimJob(ctx, id);
}

/** What it returns asks for the message again, when the next attempt is due. */
async function runAttempt(ctx: Context<null>, attempt: Attempt): Promise<Unavailable | undefined> {
  const controller = new AbortController();
  const beating = beat(ctx, attempt, controller);
  let outcome: Outcome;
  try {
    const run = kinds[attempt.kind] as Run<JobKind>;
    const job = { ...attempt, input: attempt.input as InputOf<JobKind> };
    outcome = await run(ctx, job, controller.signal);
  } catch (error) {
    if (controller.signal.aborted) return;
    if (!(error instanceof Permanent)) return await tryLater(ctx, attempt, error);
    outcome = { result: null, error: { code: "refused", message: error.message } };
  } finally {
    clearInterval(beating);
  }
  const ended = await finishJob(ctx, attempt, outcome);
  if (!ended) log("warn", "job_overtaken", { jobId: attempt.id, attempt: attempt.attempt });
}

const beat = (ctx: Context<null>, attempt: Attempt, controller: AbortController) =>
  setInterval(() => {
    keepLease(ctx, attempt).then(
      (kept) => {
        if (!kept) controller.abort(new Error("the attempt is over"));
      },
      (error) => log("warn", "job_lease_unkept", { jobId: attempt.id, error: describe(error) }),
    );
  }, pulse);

async function tryLater(
  ctx: Context<null>,
  attempt: Attempt,
  error: unknown,
): Promise<Unavailable | undefined> {
  log("warn", "job_attempt_failed", { jobId: attempt.id, error: describe(error) });
  const seconds = delayOf(attempt.attempt, error);
  const fault = { code: "fault", message: reasonOf(error) };
  const state = await failAttempt(ctx, attempt, fault, seconds * second);
  if (state === "queued") return new Unavailable(`attempt ${attempt.attempt} failed`, seconds + 1);
}
