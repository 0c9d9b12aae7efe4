import { z } from "zod";
import { PageQuery } from "../http/page";
import { day, second } from "../lib/time";
import { FUEL_PER_MS, MAX_FUEL } from "./sandbox/limits";
import { LogLine, RunError } from "./sandbox/schema";

const time = z.iso.datetime();

export const JobKind = z.enum(["code.run", "image.thumbnail"]);
export type JobKind = z.output<typeof JobKind>;
export const JobStatus = z.enum(["queued", "running", "succeeded", "failed", "cancelled"]);

export const CodeInput = z
  .object({
    language: z.enum(["javascript", "typescript"]),
    source: z.string(),
    stdin: z.string().default(""),
    input: z.unknown().optional(),
    timeoutMs: z
      .int()
      .min(1)
      .max(MAX_FUEL / FUEL_PER_MS)
      .default(second)
      .describe("On the program's own clock, which counts its steps; the same on every machine."),
  })
  .meta({ id: "CodeInput" });
export type CodeInput = z.output<typeof CodeInput>;

export const ThumbnailInput = z.object({ mediaId: z.uuid() }).meta({ id: "ThumbnailInput" });
export type ThumbnailInput = z.output<typeof ThumbnailInput>;

/** As far ahead as a job can be put off. */
const farthest = 365 * day;

const asked = {
  runAt: z.iso
    .datetime({ offset: true })
    .refine((at) => Date.parse(at) < Date.now() + farthest, "is more than a year ahead")
    .optional()
    .describe("To the minute; at once unless told."),
  maxAttempts: z.int().min(1).max(8).default(3),
  dedupeKey: z
    .string()
    .min(1)
    .max(200)
    .optional()
    .describe("The same key of the same kind again answers with the first job."),
};

export const NewJob = z
  .discriminatedUnion("kind", [
    z.object({ kind: z.literal("code.run"), input: CodeInput, ...asked }),
    z.object({ kind: z.literal("image.thumbnail"), input: ThumbnailInput, ...asked }),
  ])
  .meta({ id: "NewJob" });
export type NewJob = z.output<typeof NewJob>;

export const JobError = RunError.partial()
  .extend({ code: z.string(), message: z.string() })
  .meta({ id: "JobError" });
export type JobError = z.output<typeof JobError>;

export const AttemptError = z.object({
  attempt: z.int(),
  code: z.string(),
  message: z.string(),
  at: time,
});
export type AttemptError = z.output<typeof AttemptError>;

export const JobSummary = z
  .object({
    id: z.uuid(),
    kind: JobKind,
    status: JobStatus,
    progress: z.int().describe("Percent."),
    attempt: z.int().describe("How often it was begun."),
    maxAttempts: z.int(),
    dedupeKey: z.string().nullable(),
    runAt: time,
    error: JobError.nullable(),
    errors: z.array(AttemptError).describe("Of each attempt that failed; the latest twenty."),
    createdAt: time,
    startedAt: time.nullable(),
    finishedAt: time.nullable(),
    updatedAt: time,
  })
  .meta({ id: "JobSummary" });
export type JobSummary = z.output<typeof JobSummary>;

export const Job = JobSummary.extend({ input: z.unknown(), result: z.unknown() }).meta({
  id: "Job",
});
export type Job = z.output<typeof Job>;

export const JobId = z.object({ id: z.uuid() });

export const JobFilter = PageQuery.extend({
  kind: JobKind.optional(),
  status: JobStatus.optional(),
});
export type JobFilter = z.output<typeof JobFilter>;

export const JobLogLine = LogLine.extend({
  sequence: z.int(),
  attempt: z.int(),
  at: time,
}).meta({ id: "JobLogLine" });
export type JobLogLine = z.output<typeof JobLogLine>;

export const LogQuery = PageQuery.extend({
  after: z.coerce.number().int().min(0).default(0).describe("The last sequence already known."),
});
export type LogQuery = z.output<typeof LogQuery>;
