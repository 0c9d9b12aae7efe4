import { router } from "../http/route";
import { user } from "../identity/guard";
import { cancelJob, retryJob } from "./control";
import { listJobs, listLogs, readJob, submitJob } from "./jobs";
import { Job, JobFilter, JobId, JobLogLine, JobSummary, LogQuery, NewJob } from "./schema";

export const jobs = router("Jobs");

jobs.post(
  "/",
  "Submit a job",
  {
    auth: user,
    body: NewJob,
    returns: { 202: Job },
    throws: ["job_too_large", "job_kind_closed"],
    description:
      "`code.run` runs JavaScript or TypeScript on metered fuel, without network: its value is the " +
      "last expression or the default export, and the same job gives the same receipt anywhere. " +
      "`image.thumbnail` makes the renderings of one's own picture again.",
  },
  ({ ctx, body }) => submitJob(ctx, body),
);

jobs.get(
  "/",
  "List one's own jobs",
  { auth: user, query: JobFilter, list: JobSummary, throws: ["invalid_cursor"] },
  ({ ctx, query }) => listJobs(ctx, query),
);

jobs.get(
  "/{id}",
  "Read a job",
  { auth: user, params: JobId, returns: { 200: Job }, throws: ["job_not_found"] },
  ({ ctx, params }) => readJob(ctx, params.id),
);

jobs.get(
  "/{id}/logs",
  "Read what a job printed",
  {
    auth: user,
    params: JobId,
    query: LogQuery,
    list: JobLogLine,
    throws: ["job_not_found", "invalid_cursor"],
  },
  ({ ctx, params, query }) => listLogs(ctx, params.id, query),
);

jobs.post(
  "/{id}/cancel",
  "Cancel a job",
  {
    auth: user,
    params: JobId,
    returns: { 200: Job },
    throws: ["job_not_found", "job_finished"],
    description: "It holds at once; a program that runs is stopped within seconds.",
  },
  ({ ctx, params }) => cancelJob(ctx, params.id),
);

jobs.post(
  "/{id}/retry",
  "Run a failed or cancelled job again",
  {
    auth: user,
    params: JobId,
    returns: { 202: Job },
    throws: ["job_not_found", "job_not_retryable"],
  },
  ({ ctx, params }) => retryJob(ctx, params.id),
);
