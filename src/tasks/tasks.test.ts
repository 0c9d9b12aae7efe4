import { expect, test } from "vitest";
import { data } from "../testing/api";
import { person } from "../testing/people";

const paint = { title: "Paint the fence", description: "Two coats", dueAt: "2027-01-01T10:00:00Z" };

test("an administrator creates a task and everyone signed in reads it", async () => {
  const admin = await person({ role: "admin" });
  const ada = await person();
  const answer = await admin.api.post("/tasks", paint);
  expect(answer.status).toBe(201);
  expect(answer.headers.get("etag")).toBe('"1"');
  expect(answer.data).toMatchObject({ ...paint, dueAt: "2027-01-01T10:00:00.000Z", version: 1 });
  expect(Object.keys(answer.data)).not.toContain("createdBy");
  expect(await data(200, ada.api.get(`/tasks/${answer.data.id}`))).toEqual(answer.data);
});

test("nobody below administrator creates or deletes a task", async () => {
  const [admin, ada] = [await person({ role: "admin" }), await person({ role: "seller" })];
  expect((await ada.api.post("/tasks", paint)).status).toBe(403);
  const task = await data(201, admin.api.post("/tasks", paint));
  expect((await ada.api.delete(`/tasks/${task.id}`)).status).toBe(403);
  expect((await admin.api.delete(`/tasks/${task.id}`)).status).toBe(204);
  expect((await admin.api.get(`/tasks/${task.id}`)).body.code).toBe("task_not_found");
});

test("the assignee changes the status and nothing else", async () => {
  const [admin, ada, bob] = [await person({ role: "admin" }), await person(), await person()];
  const task = await data(201, admin.api.post("/tasks", { ...paint, assigneeId: ada.id }));
  const path = `/tasks/${task.id}`;
  expect((await bob.api.patch(path, { status: "done" })).status).toBe(403);
  expect((await ada.api.patch(path, { title: "Mine" })).body.code).toBe("status_only");
  const changed = await data(200, ada.api.patch(path, { status: "in_progress" }));
  expect(changed).toMatchObject({ status: "in_progress", title: paint.title, version: 2 });
});

test("a stale version is refused and twenty identical changes win once", async () => {
  const admin = await person({ role: "admin" });
  const task = await data(201, admin.api.post("/tasks", paint));
  const change = () =>
    admin.api.patch(`/tasks/${task.id}`, { status: "done" }, { "if-match": '"1"' });
  const answers = await Promise.all(Array.from({ length: 20 }, change));
  expect(answers.filter(({ status }) => status === 200)).toHaveLength(1);
  expect(answers.filter(({ body }) => body.code === "version_mismatch")).toHaveLength(19);
  expect((await data(200, admin.api.get(`/tasks/${task.id}`))).version).toBe(2);
});

test("an unknown assignee is refused and nothing is created", async () => {
  const admin = await person({ role: "admin" });
  const answer = await admin.api.post("/tasks", {
    ...paint,
    assigneeId: "018bcfe5-6800-7000-8000-000000000000",
  });
  expect([answer.status, answer.body.code]).toEqual([422, "assignee_not_found"]);
});

test("privileged and unknown fields change nothing", async () => {
  const admin = await person({ role: "admin" });
  const forged = { ...paint, id: "x", version: 99, createdBy: "x", createdAt: "x", __proto__: {} };
  const task = await data(201, admin.api.post("/tasks", forged));
  expect(task).toMatchObject({ version: 1, title: paint.title });
  expect(task.id).not.toBe("x");
});

test.each([
  [{}, "body.title"],
  [{ title: "" }, "body.title"],
  [{ title: "a", status: "later" }, "body.status"],
  [{ title: "a", dueAt: "tomorrow" }, "body.dueAt"],
  [{ title: "a", assigneeId: "ada" }, "body.assigneeId"],
  [{ title: "x".repeat(201) }, "body.title"],
])("bad input %j names %s", async (body, path) => {
  const answer = await (await person({ role: "admin" })).api.post("/tasks", body);
  expect(answer.status).toBe(422);
  expect(answer.body.errors.map((error: { path: string }) => error.path)).toEqual([path]);
});
