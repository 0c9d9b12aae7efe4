import { expect, test, vi } from "vitest";
import { newId } from "../lib/id";
import { data, type Json } from "../testing/api";
import { type Person, person } from "../testing/people";

const program = (source: string, more: object = {}) => ({
  kind: "code.run",
  input: { language: "javascript", source, ...more },
});
const later = { runAt: new Date(Date.now() + 3_600_000).toISOString() };

const ended = (who: Person, id: string): Promise<Json> =>
  vi.waitFor(
    async () => {
      const job = await data(200, who.api.get(`/jobs/${id}`));
      expect(job.finishedAt).not.toBeNull();
      return job;
    },
    { timeout: 10_000, interval: 20 },
  );

test("a program runs and its value, its lines and its receipt are kept", async () => {
  const ada = await person();
  const source = "console.log('hello', stdin); console.warn('careful'); input.n * 2";
  const answer = await ada.api.post("/jobs", program(source, { stdin: "you", input: { n: 21 } }));
  expect(answer.status).toBe(202);
  expect(answer.data).toMatchObject({ kind: "code.run", status: "queued", attempt: 0 });
  const job = await ended(ada, answer.data.id);
  expect(job).toMatchObject({ status: "succeeded", progress: 100, attempt: 1, error: null });
  expect(job.result).toMatchObject({ value: 42, receipt: { fuel: expect.any(Number) } });
  expect(await data(200, ada.api.get(`/jobs/${job.id}/logs`))).toMatchObject([
    { sequence: 1, level: "log", text: "hello you", attempt: 1 },
    { sequence: 2, level: "warn", text: "careful", attempt: 1 },
  ]);
});

test("types are taken out, and an error stands where its author wrote it", async () => {
  const ada = await person();
  const source =
    "const n: number = 1;\nfunction fall(): never {\n  throw new TypeError('no');\n}\nfall()";
  const body = { kind: "code.run", input: { language: "typescript", source } };
  const { id } = await data(202, ada.api.post("/jobs", body));
  const job = await ended(ada, id);
  expect(job).toMatchObject({ status: "failed", attempt: 1 });
  expect(job.error).toMatchObject({ code: "threw", name: "TypeError", message: "no", line: 3 });
  expect(job.errors).toMatchObject([{ attempt: 1, code: "threw", message: "no" }]);
});

test("an endless program ends with its fuel", async () => {
  const ada = await person();
  const body = program("for (;;);", { timeoutMs: 50 });
  const { id } = await data(202, ada.api.post("/jobs", body));
  expect((await ended(ada, id)).error.code).toBe("out_of_fuel");
});

test("logs are read on from any line, page by page", async () => {
  const ada = await person();
  const body = program("for (let i = 1; i <= 7; i++) console.log(i)");
  const { id } = await data(202, ada.api.post("/jobs", body));
  await ended(ada, id);
  const first = await ada.api.get(`/jobs/${id}/logs?after=2&limit=3`);
  expect(first.data.map((line: Json) => line.text)).toEqual(["3", "4", "5"]);
  const { nextCursor } = first.body.page;
  const second = await ada.api.get(`/jobs/${id}/logs?limit=3&cursor=${nextCursor}`);
  expect(second.data.map((line: Json) => line.sequence)).toEqual([6, 7]);
  expect(second.body.page.nextCursor).toBeNull();
});

test("one key of deduplication makes one job, for each owner and at the same time", async () => {
  const [ada, bob] = [await person(), await person()];
  const body = { ...program("1"), ...later, dedupeKey: "monthly" };
  const made = await Promise.all(
    Array.from({ length: 10 }, () => data(202, ada.api.post("/jobs", body))),
  );
  expect(new Set(made.map(({ id }) => id)).size).toBe(1);
  expect(await data(200, ada.api.get("/jobs"))).toHaveLength(1);
  expect((await data(202, bob.api.post("/jobs", body))).id).not.toBe(made[0].id);
  expect((await data(202, ada.api.post("/jobs", { ...program("1"), ...later }))).id).not.toBe(
    made[0].id,
  );
});

test("somebody else's job is not there", async () => {
  const [ada, bob] = [await person(), await person({ role: "admin" })];
  const { id } = await data(202, ada.api.post("/jobs", { ...program("1"), ...later }));
  for (const answer of [
    await bob.api.get(`/jobs/${id}`),
    await bob.api.get(`/jobs/${id}/logs`),
    await bob.api.post(`/jobs/${id}/cancel`),
    await bob.api.post(`/jobs/${id}/retry`),
    await bob.api.get(`/jobs/${newId()}`),
  ])
    expect([answer.status, answer.body.code]).toEqual([404, "job_not_found"]);
  expect(await data(200, bob.api.get("/jobs"))).toEqual([]);
});

test("what waits is cancelled, what is over is not, and what was cancelled runs again", async () => {
  const ada = await person();
  const { id } = await data(202, ada.api.post("/jobs", { ...program("6 * 7"), ...later }));
  expect((await ada.api.post(`/jobs/${id}/retry`)).body.code).toBe("job_not_retryable");
  expect((await data(200, ada.api.post(`/jobs/${id}/cancel`))).status).toBe("cancelled");
  const again = await ada.api.post(`/jobs/${id}/cancel`);
  expect([again.status, again.body.code]).toEqual([409, "job_finished"]);
  expect((await data(202, ada.api.post(`/jobs/${id}/retry`))).status).toBe("queued");
  const job = await ended(ada, id);
  expect(job).toMatchObject({ status: "succeeded", result: { value: 42 } });
  expect((await ada.api.post(`/jobs/${id}/cancel`)).body.code).toBe("job_finished");
  expect((await ada.api.post(`/jobs/${id}/retry`)).body.code).toBe("job_not_retryable");
});

test("a list is filtered and paged, the latest first, without inputs and results", async () => {
  const ada = await person();
  const ids: string[] = [];
  for (let n = 0; n < 3; n++)
    ids.unshift((await data(202, ada.api.post("/jobs", { ...program("1"), ...later }))).id);
  await ada.api.post(`/jobs/${ids[1]}/cancel`);
  const first = await ada.api.get("/jobs?limit=2&kind=code.run");
  expect(first.data.map((job: Json) => job.id)).toEqual(ids.slice(0, 2));
  expect(first.data[0]).not.toHaveProperty("input");
  const rest = await ada.api.get(
    `/jobs?limit=2&kind=code.run&cursor=${first.body.page.nextCursor}`,
  );
  expect(rest.data.map((job: Json) => job.id)).toEqual(ids.slice(2));
  const cancelled = await data(200, ada.api.get("/jobs?status=cancelled"));
  expect(cancelled.map((job: Json) => job.id)).toEqual([ids[1]]);
  expect(await data(200, ada.api.get("/jobs?kind=image.thumbnail"))).toEqual([]);
});

test.each([
  [{ kind: "rm.rf", input: {} }, "body.kind"],
  [{ kind: "code.run", input: { language: "cobol", source: "" } }, "body.input.language"],
  [program("1", { timeoutMs: 1e9 }), "body.input.timeoutMs"],
  [{ ...program("1"), maxAttempts: 99 }, "body.maxAttempts"],
  [{ ...program("1"), runAt: "2999-01-01T00:00:00Z" }, "body.runAt"],
  [{ kind: "image.thumbnail", input: { mediaId: "x" } }, "body.input.mediaId"],
])("bad input %j names %s", async (body, path) => {
  const answer = await (await person()).api.post("/jobs", body);
  expect(answer.status).toBe(422);
  expect(answer.body.errors.map((error: Json) => error.path)).toEqual([path]);
});

test("what is too large is refused, also what only grows when it is written down", async () => {
  const ada = await person();
  const long = await ada.api.post("/jobs", program(" ".repeat(262_145)));
  expect([long.status, long.body.code]).toEqual([413, "job_too_large"]);
  const numbers = `[${Array.from({ length: 80_000 }, () => "1e20").join()}]`;
  const body = `{"kind":"code.run","input":{"language":"javascript","source":"","input":${numbers}}}`;
  expect((await ada.api.post("/jobs", body)).body.code).toBe("job_too_large");
  const deep = "[".repeat(100_000) + "]".repeat(100_000);
  const nested = `{"kind":"code.run","input":{"language":"javascript","source":"","input":${deep}}}`;
  expect((await ada.api.post("/jobs", nested)).body.code).toBe("job_too_large");
});

test("a guest runs nothing", async () => {
  const guest = await person({ role: "visitor" });
  expect((await guest.api.post("/jobs", program("1"))).status).toBe(403);
});

test("a kind is closed by its flag, and open to those whom the flag names", async () => {
  const [ada, bob, admin] = [await person(), await person(), await person({ role: "admin" })];
  const flag = "/admin/flags/jobs.image.thumbnail";
  await data(
    200,
    admin.api.put(flag, {
      ...{ type: "boolean", enabled: true, variants: { on: true, off: false }, offVariant: "off" },
      ...{ otherwise: { variant: "off" } },
      rules: [{ when: { userIds: [ada.id] }, serve: { variant: "on" } }],
    }),
  );
  const body = { kind: "image.thumbnail", input: { mediaId: newId() }, ...later };
  expect((await bob.api.post("/jobs", body)).body.code).toBe("job_kind_closed");
  expect((await ada.api.post("/jobs", body)).status).toBe(202);
  expect((await bob.api.post("/jobs", { ...program("1"), ...later })).status).toBe(202);
  await admin.api.delete(flag);
});

test("renderings of a picture that is not there are refused at once", async () => {
  const ada = await person();
  const body = { kind: "image.thumbnail", input: { mediaId: newId() } };
  const { id } = await data(202, ada.api.post("/jobs", body));
  const job = await ended(ada, id);
  expect(job).toMatchObject({ status: "failed", attempt: 1, error: { code: "refused" } });
});
