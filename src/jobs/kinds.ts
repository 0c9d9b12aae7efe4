import type { Context } from "../data/context";
import { runCodeJob } from "./runCodeJob";
import { runThumbnailJob } from "./runThumbnailJob";
import type { LogLine } from "./sandbox/schema";
import type { JobError, JobKind, NewJob } from "./schema";

export type InputOf<K extends JobKind> = Extract<NewJob, { kind: K }>["input"];

/** What an attempt came to, for good: with an error the job has failed. */
export type Outcome = { result: unknown; error?: JobError; logs?: LogLine[] };

/**
 * Does the work of one kind. Whatever it throws is tried again, but for `Permanent`; it stops when
 * the signal tells that the job is not its own any more.
 */
export type Run<K extends JobKind> = (
  ctx: Context<null>,
  job: { id: string; ownerId: string; input: InputOf<K> },
  signal: AbortSignal,
) => Promise<Outcome>;

/** The one map: what runs, by the kind of job. */
export const kinds: { [K in JobKind]: Run<K> } = {
  "code.run": runCodeJob,
  "image.thumbnail": runThumbnailJob,
};
