import { z } from "zod";
import { PageQuery } from "../../http/page";

const time = z.iso.datetime();

export const DeadLetter = z
  .object({
    id: z.string(),
    type: z.string(),
    queue: z.enum(["EVENTS", "JOBS"]),
    requestId: z.string(),
    error: z.string(),
    failedAt: time,
    retriedAt: time.nullable(),
  })
  .meta({ id: "DeadLetter" });
export type DeadLetter = z.output<typeof DeadLetter>;

export const DeadLetterId = z.object({ id: z.uuid() });

export const DeadLetterQuery = PageQuery.extend({
  state: z.enum(["open", "retried"]).default("open"),
});
export type DeadLetterQuery = z.output<typeof DeadLetterQuery>;

const Depth = z.object({
  name: z.enum(["EVENTS", "JOBS"]),
  /** Null where the queue does not say. */
  backlog: z.int().nullable(),
  backlogBytes: z.int().nullable(),
  oldestAt: time.nullable(),
});

const Failing = z.object({
  id: z.string(),
  type: z.string(),
  consumer: z.string(),
  error: z.string(),
  attempts: z.int(),
  failedAt: time,
});

export const QueueReport = z
  .object({
    queues: z.array(Depth),
    outbox: z.object({
      unsent: z.int().meta({ description: "counted up to 10,000" }),
      oldestAt: time.nullable(),
      oldestSeconds: z.int().nullable(),
    }),
    failing: z.array(Failing).meta({ description: "the latest; these are still being retried" }),
    dead: z.object({
      open: z.int().meta({ description: "counted up to 10,000" }),
      latest: z.array(DeadLetter),
    }),
  })
  .meta({ id: "QueueReport" });
export type QueueReport = z.output<typeof QueueReport>;
