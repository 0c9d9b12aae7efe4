import { createExecutionContext, createMessageBatch, getQueueResult } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { eq } from "drizzle-orm";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { Unavailable } from "../data/attempt";
import { systemContext } from "../data/context";
import { newId } from "../lib/id";
import { data } from "../testing/api";
import { type Person, person } from "../testing/people";
import { claimJob, finishJob, keepLease, permits } from "./attempts";
import { consume } from "./consume";
import type { Message } from "./events";
import { Permanent } from "./failure";
import { kinds, type Run } from "./kinds";
import { sweepJobs } from "./sweepJobs";
import { jobLogs, jobs } from "./tables";

const { db } = systemContext();
const original = kinds["code.run"];
let ada: Person;

beforeEach(async () => {
  ada ??= await person();
  vi.spyOn(env.JOBS, "sendBatch").mockResolvedValue({} as never);
});
afterEach(() => {
  kinds["code.run"] = original;
  vi.restoreAllMocks();
});

/** A job that does this when it is run; its message is ours to deliver. */
async function submitted(run: Run<"code.run">, more: object = {}): Promise<string> {
  kinds["code.run"] = run;
  const input = { language: "javascript", source: "1" };
  return (await data(202, ada.api.post("/jobs", { kind: "code.run", input, ...more }))).id;
}

async function deliver(jobId: string, { id = newId(), times = 1, attempts = 1 } = {}) {
  const body: Message<"job.due"> = { id, type: "job.due", payload: { jobId }, requestId: newId() };
  const messages = Array.from({ length: times }, () => {
    return { id: newId(), timestamp: new Date(), attempts, body };
  });
  const batch = createMessageBatch<Message>("rimlight-jobs", messages);
  await consume(batch);
  const { explicitAcks, retryMessages } = await getQueueResult(batch, createExecutionContext());
  return { acked: explicitAcks.length, retried: retryMessages };
}

const rowOf = async (id: string) => (await db.select().from(jobs).where(eq(jobs.id, id)).get())!;
const change = (id: string, set: Partial<typeof jobs.$inferInsert>) =>
  db.update(jobs).set(set).where(eq(jobs.id, id));

test("a message that comes many times runs the job once", async () => {
  let runs = 0;
  const id = await submitted(async () => {
    runs += 1;
    await scheduler.wait(20);
    return { result: runs, logs: [{ level: "log", text: "once" }] };
  });
  const same = newId();
  expect((await deliver(id, { id: same, times: 10 })).acked).toBe(10);
  expect((await deliver(id, { id: same })).acked).toBe(1);
  expect((await deliver(id)).acked).toBe(1);
  expect(runs).toBe(1);
  expect(await rowOf(id)).toMatchObject({ status: "succeeded", attempt: 1, result: 1, lines: 1 });
});

test("an attempt that was taken for dead finishes nothing", async () => {
  const ctx = systemContext();
  const late: boolean[] = [];
  const id = await submitted(async () => {
    late.push(await finishJob(ctx, zombie, dead), await keepLease(ctx, zombie));
    return { result: "second" };
  });
  const zombie = (await claimJob(ctx, id))!;
  const dead = { result: "first", logs: [{ level: "log" as const, text: "late" }] };
  await change(id, { wakeAt: Date.now() - 1 });
  await sweepJobs(ctx);
  expect(await rowOf(id)).toMatchObject({ status: "queued", errors: [{ code: "lease_expired" }] });
  expect(await finishJob(ctx, zombie, dead)).toBe(false);
  await deliver(id);
  expect(late).toEqual([false, false]);
  expect(await rowOf(id)).toMatchObject({ status: "succeeded", result: "second", attempt: 2 });
  expect(await db.select().from(jobLogs).where(eq(jobLogs.jobId, id))).toEqual([]);
});

test("a lease that expires with no attempt left fails the job", async () => {
  const ctx = systemContext();
  const id = await submitted(async () => ({ result: null }), { maxAttempts: 1 });
  await claimJob(ctx, id);
  await change(id, { wakeAt: Date.now() - 1 });
  await Promise.all([sweepJobs(ctx), sweepJobs(systemContext())]);
  expect(await rowOf(id)).toMatchObject({
    status: "failed",
    error: { code: "lease_expired" },
    errors: [{ attempt: 1 }],
    wakeAt: null,
  });
});

test("what may pass is tried again later, up to its attempts, and the last error is kept", async () => {
  const id = await submitted(
    async () => {
      throw new Unavailable("not now");
    },
    { maxAttempts: 2 },
  );
  const { acked, retried } = await deliver(id);
  expect([acked, retried.length]).toEqual([0, 1]);
  const waiting = await rowOf(id);
  expect(waiting).toMatchObject({ status: "queued", attempt: 1, attemptsLeft: 1, error: null });
  expect(waiting.runAt).toBeGreaterThan(Date.now());
  expect((await deliver(id)).acked).toBe(1);
  expect((await rowOf(id)).attempt).toBe(1);
  await change(id, { runAt: Date.now() });
  expect((await deliver(id, { attempts: 2 })).acked).toBe(1);
  const { status, error, errors } = await rowOf(id);
  expect([status, error]).toEqual(["failed", { code: "fault", message: "Unavailable: not now" }]);
  expect(errors.map((one) => one.attempt)).toEqual([1, 2]);
});

test("what no attempt can mend fails at once", async () => {
  const id = await submitted(async () => {
    throw new Permanent("never");
  });
  expect((await deliver(id)).acked).toBe(1);
  expect(await rowOf(id)).toMatchObject({ status: "failed", error: { message: "never" } });
});

test("a cancelled job is stopped while it runs, and its result is not taken", async () => {
  let stopped = false;
  const id = await submitted(async (_, __, signal) => {
    await ada.api.post(`/jobs/${id}/cancel`);
    while (!signal.aborted) await scheduler.wait(50);
    stopped = true;
    return { result: "too late" };
  });
  expect((await deliver(id)).acked).toBe(1);
  expect(stopped).toBe(true);
  expect(await rowOf(id)).toMatchObject({ status: "cancelled", result: null });
}, 15_000);

test("a job that is put off is begun by the sweep when it is due, and only once", async () => {
  const runAt = new Date(Date.now() + 3_600_000).toISOString();
  const id = await submitted(async () => ({ result: "on time" }), { runAt });
  expect(env.JOBS.sendBatch).not.toHaveBeenCalled();
  await deliver(id);
  expect((await rowOf(id)).attempt).toBe(0);
  await change(id, { runAt: Date.now() - 1, wakeAt: Date.now() - 1 });
  await Promise.all([sweepJobs(systemContext()), sweepJobs(systemContext())]);
  await sweepJobs(systemContext());
  const sent = vi.mocked(env.JOBS.sendBatch).mock.calls.flatMap(([all]) => [...all]);
  const asked = sent.filter(({ body }) => (body as Message<"job.due">).payload.jobId === id);
  expect(asked.length).toBeGreaterThanOrEqual(1);
  expect(asked.length).toBeLessThanOrEqual(2);
  for (const { body } of asked) {
    const batch = [{ id: newId(), timestamp: new Date(), attempts: 1, body: body as Message }];
    await consume(createMessageBatch<Message>("rimlight-jobs", batch));
  }
  expect(await rowOf(id)).toMatchObject({ status: "succeeded", result: "on time", attempt: 1 });
});

test("an owner's burst runs a few at a time, and all of it without further messages", async () => {
  let [running, most] = [0, 0];
  const run: Run<"code.run"> = async () => {
    running += 1;
    most = Math.max(most, running);
    await scheduler.wait(50);
    running -= 1;
    return { result: null };
  };
  const ids: string[] = [];
  for (let n = 0; n < permits * 3; n++) ids.push(await submitted(run));
  await Promise.all(ids.map((id) => deliver(id)));
  expect(most).toBe(permits);
  for (const id of ids) expect(await rowOf(id)).toMatchObject({ status: "succeeded", attempt: 1 });
});
