import { problems } from "../http/problem";

export const refuse = problems({
  job_not_found: [404, "There is no such job, or it is not yours."],
  job_kind_closed: [403, "Jobs of this kind are not open to you at the moment."],
  job_finished: [409, "The job is over already, so there is nothing to cancel."],
  job_not_retryable: [409, "Only a job that failed or was cancelled can be run again."],
  job_too_large: [413, "The program, or what it is given, is larger than a job may carry."],
});
