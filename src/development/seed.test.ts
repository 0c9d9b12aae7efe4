import { createExecutionContext } from "cloudflare:test";
import { env, withEnv } from "cloudflare:workers";
import { expect, test } from "vitest";
import { answer } from "../app";
import { api, data, type Json } from "../testing/api";
import { password, people, tasks } from "./demo";
import { merchants } from "./demoShop";

const products = merchants.flatMap((merchant) => merchant.products);

test("the demo is there once, however often and at once it is asked for", async () => {
  const seeds = await Promise.all([1, 2, 3].map(() => data(200, api().post("//dev/seed"))));
  const sum = (name: string) => seeds.reduce((total, seed) => total + seed[name], 0);
  expect(sum("tasks")).toBe(tasks.length);
  expect(sum("products")).toBe(products.length);
  expect(await data(200, api().post("//dev/seed"))).toEqual({ people: 0, tasks: 0, products: 0 });

  for (const { email, role } of people) {
    const login = await data(200, api().post("/auth/login", { email, password }));
    expect(login.user).toMatchObject({ email, role, isVerified: true });
  }
}, 60_000);

test("its tasks are shared out to Ada and Bob", async () => {
  await api().post("//dev/seed");
  const login = { email: "ada@rimlight.dev", password };
  const { accessToken, user } = await data(200, api().post("/auth/login", login));
  const list = await data(200, api({ token: accessToken }).get("/tasks?limit=50"));
  expect(list).toHaveLength(tasks.length);
  const hers = list.filter((task: { assigneeId: string }) => task.assigneeId === user.id);
  expect(hers).toHaveLength(tasks.filter(({ assignee }) => assignee === "ada").length);
});

test("its shop shows sixty products of three merchants, each with a picture", async () => {
  await api().post("//dev/seed");
  const { data: cards } = await api().get("/products?limit=100&currency=USD");
  expect(cards).toHaveLength(products.length);
  expect(new Set(cards.map((card: Json) => card.merchantName)).size).toBe(merchants.length);
  for (const { image, category, price } of cards) {
    expect([image.width, image.height]).toEqual([320, 320]);
    expect(category.slug).toMatch(/^[a-z]+$/);
    expect(price.amount).toBeGreaterThan(0);
  }
  expect((await api().get("/products/featured")).data.length).toBeGreaterThan(8);
});

test("its promotions are there, a code of each merchant and one that needs none", async () => {
  await api().post("//dev/seed");
  const { results } = await env.DB.prepare(
    "SELECT code, count(*) AS n FROM promotions GROUP BY code ORDER BY code",
  ).all();
  expect(results).toEqual([
    { code: null, n: 1 },
    { code: "WELCOME10", n: merchants.length },
  ]);
});

test("in production there is no such thing", async () => {
  const request = new Request("https://rimlight.test/dev/seed", { method: "POST" });
  const production = { ...env, ENVIRONMENT: "production" };
  const ask = () => answer(request, production, createExecutionContext());
  const refused = (await withEnv(production, ask)) as Response;
  expect(refused.status).toBe(404);
  expect(await refused.json()).toMatchObject({ code: "not_found" });
});
