import { expect, test } from "vitest";
import { api, data } from "../../testing/api";
import { person } from "../../testing/people";

test("one sees one's own tasks: how many are open, and the latest", async () => {
  const [admin, ada] = [await person({ role: "admin" }), await person()];
  const make = (title: string, more = {}) =>
    data(201, admin.api.post("/tasks", { title, assigneeId: ada.id, ...more }));
  await make("done", { status: "done" });
  for (const title of ["one", "two", "three", "four"]) await make(title);
  const last = await make("five", { status: "in_progress", dueAt: "2027-01-01T00:00:00.000Z" });
  await data(201, admin.api.post("/tasks", { title: "of somebody else" }));
  const answer = await ada.api.get("/user/dashboard");
  expect(answer.headers.get("server-timing")).toContain("trips=1 ");
  expect(answer.data.tasks).toMatchObject({ todo: 4, inProgress: 1 });
  expect(answer.data.tasks.latest.map(({ title }: { title: string }) => title)).toEqual([
    "five",
    "four",
    "three",
    "two",
    "one",
  ]);
  expect(answer.data.tasks.latest[0]).toEqual({
    id: last.id,
    title: "five",
    status: "in_progress",
    dueAt: "2027-01-01T00:00:00.000Z",
  });
});

test("a new person's dashboard is empty, a stranger has none", async () => {
  const ada = await person();
  expect(await data(200, ada.api.get("/user/dashboard"))).toEqual({
    tasks: { todo: 0, inProgress: 0, latest: [] },
  });
  expect((await api().get("/user/dashboard")).status).toBe(401);
});
