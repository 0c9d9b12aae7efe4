import { Hono } from "hono";
import { expect, test } from "vitest";
import { routeTable } from "./routeTable";

const answerOf = async (app: Hono, path: string, method = "GET") => {
  const answer = await app.request(path, { method });
  return answer.status === 200 ? answer.text() : answer.status;
};

test("fixed names and parameters stand beside each other, also when asked again", async () => {
  const app = new Hono({ router: routeTable() });
  app.get("/shops/mine", (c) => c.text("mine"));
  app.get("/shops/:id", (c) => c.text(`shop ${c.req.param("id")}`));
  app.get("/shops/:id/members", (c) => c.text(`members of ${c.req.param("id")}`));
  for (let round = 0; round < 2; round++) {
    expect(await answerOf(app, "/shops/mine")).toBe("mine");
    expect(await answerOf(app, "/shops/7")).toBe("shop 7");
    expect(await answerOf(app, "/shops/8/members")).toBe("members of 8");
    expect(await answerOf(app, "/shops")).toBe(404);
  }
});

test("the same path by another method is another route", async () => {
  const app = new Hono({ router: routeTable() });
  app.get("/tasks", (c) => c.text("list"));
  app.post("/tasks", (c) => c.text("create"));
  expect(await answerOf(app, "/tasks")).toBe("list");
  expect(await answerOf(app, "/tasks", "POST")).toBe("create");
  expect(await answerOf(app, "/tasks", "DELETE")).toBe(404);
});
