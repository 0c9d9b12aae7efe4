import { expect, test } from "vitest";
import { api, newAddress } from "../testing/api";

const shop = "https://shop.example";

test("an address has a hundred requests of the API in a quarter of an hour", async () => {
  const client = api({ ip: "2001:db8:7::1" });
  const neighbour = api({ ip: "2001:db8:7:0:ffff::2" });
  for (let i = 0; i < 50; i++) {
    expect((await client.get("/nowhere")).status).toBe(404);
    expect((await neighbour.get("/nowhere")).status).toBe(404);
  }
  const refused = await client.get("/nowhere", { origin: shop });
  expect([refused.status, refused.body.code]).toEqual([429, "rate_limited"]);
  expect(Number(refused.headers.get("retry-after"))).toBeGreaterThan(880);
  expect(refused.headers.get("ratelimit-policy")).toBe('"anonymous";q=100;w=900');
  expect(refused.headers.get("ratelimit")).toMatch(/^"anonymous";r=0;t=\d+$/);
  expect(refused.headers.get("access-control-allow-origin")).toBe(shop);

  expect((await client.get("//health")).status).toBe(200);
  expect((await client.request("OPTIONS", "/nowhere", undefined, { origin: shop })).status).toBe(
    204,
  );
  expect((await api({ ip: "2001:db8:8::1" }).get("/nowhere")).status).toBe(404);
});

test("what is not the API is not counted", async () => {
  const client = api({ ip: newAddress() });
  for (let i = 0; i < 110; i++) await client.get("//health");
  expect((await client.get("/nowhere")).status).toBe(404);
});

test("who sends no address shares one quota with all who send none", async () => {
  const answers = await Promise.all(
    Array.from({ length: 110 }, () => api({ ip: "" }).get("/nowhere")),
  );
  expect(answers.filter(({ status }) => status === 404)).toHaveLength(100);
});
