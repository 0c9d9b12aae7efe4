import { beforeAll, expect, test } from "vitest";
import { data } from "../testing/api";
import { type Person, person } from "../testing/people";

let admin: Person;
let ada: Person;

beforeAll(async () => {
  [admin, ada] = [await person({ role: "admin" }), await person()];
  for (let n = 1; n <= 12; n++)
    await data(
      201,
      admin.api.post("/tasks", {
        title: `Task ${n}`,
        status: n % 3 === 0 ? "done" : "todo",
        assigneeId: n % 2 === 0 ? ada.id : null,
        dueAt: n % 4 === 0 ? null : `2027-01-${String(28 - n).padStart(2, "0")}T00:00:00Z`,
      }),
    );
});

async function walk(query: string): Promise<string[]> {
  const titles: string[] = [];
  for (let cursor = ""; ; ) {
    const { status, body } = await ada.api.get(`/tasks?limit=5&${query}${cursor}`);
    expect(status).toBe(200);
    titles.push(...body.data.map((task: { title: string }) => task.title));
    if (!body.page.nextCursor) return titles;
    cursor = `&cursor=${encodeURIComponent(body.page.nextCursor)}`;
  }
}

const named = (...numbers: number[]) => numbers.map((n) => `Task ${n}`);

test("pages follow each other without gap or repetition, in every order", async () => {
  expect(await walk("")).toEqual(named(12, 11, 10, 9, 8, 7, 6, 5, 4, 3, 2, 1));
  expect(await walk("sort=oldest")).toEqual(named(1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12));
  expect(await walk("sort=due")).toEqual(named(11, 10, 9, 7, 6, 5, 3, 2, 1, 4, 8, 12));
});

test("filters combine", async () => {
  expect(await walk("status=done")).toEqual(named(12, 9, 6, 3));
  expect(await walk(`assigneeId=${ada.id}&status=todo`)).toEqual(named(10, 8, 4, 2));
});

test("a cursor of another order is refused", async () => {
  const { body } = await ada.api.get("/tasks?limit=5");
  const answer = await ada.api.get(`/tasks?sort=oldest&cursor=${body.page.nextCursor}`);
  expect(answer.body.code).toBe("invalid_cursor");
});

test("the list is cached, and a change is seen at once", async () => {
  await ada.api.get("/tasks?limit=50");
  const hit = await ada.api.get("/tasks?limit=50");
  expect(hit.headers.get("x-cache")).toBe("HIT");
  expect(hit.headers.get("server-timing")).toContain("trips=0");
  const { headers } = await admin.api.post("/tasks", { title: "Fresh" });
  const seen = await ada.api.get("/tasks?limit=50", {
    "x-d1-bookmark": headers.get("x-d1-bookmark"),
  });
  expect(seen.data[0].title).toBe("Fresh");
});

test("a list reads at most the rows it returns and two more", async () => {
  for (const query of ["limit=5&sort=oldest", "limit=5&status=done", "limit=5&sort=due"]) {
    const { headers, data } = await ada.api.get(`/tasks?${query}&assigneeId=${ada.id}`);
    const read = Number(/rowsRead=(\d+)/.exec(headers.get("server-timing") ?? "")?.[1]);
    expect(read, query).toBeLessThanOrEqual(data.length + 2);
  }
});
