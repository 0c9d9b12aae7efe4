import { expect, test } from "vitest";
import { api } from "../testing/api";

const shop = "https://shop.example";
const preflight = (origin: string, more = {}) =>
  api().request("OPTIONS", "/auth/me", undefined, {
    origin,
    "access-control-request-method": "PATCH",
    "access-control-request-headers": "authorization,if-match",
    ...more,
  });

test("a browser may ask from an origin on the list", async () => {
  const { status, headers } = await preflight(shop);
  expect(status).toBe(204);
  expect(headers.get("access-control-allow-origin")).toBe(shop);
  expect(headers.get("access-control-allow-methods")).toContain("PATCH");
  expect(headers.get("access-control-allow-headers")).toMatch(/authorization.*if-match/i);
  expect(headers.get("access-control-max-age")).toBe("7200");
  expect(headers.get("x-content-type-options")).toBe("nosniff");
});

test("no other origin is told anything, however alike", async () => {
  for (const origin of [
    "https://evil.example",
    "null",
    `${shop}.evil.example`,
    "http://shop.example",
  ]) {
    const { headers } = await preflight(origin);
    expect(headers.get("access-control-allow-origin"), origin).toBeNull();
    const answer = await api().get("//health", { origin });
    expect(answer.headers.get("access-control-allow-origin"), origin).toBeNull();
  }
});

test("an answer across origins may be read, refusals too, and never with cookies", async () => {
  for (const [path, status] of [
    ["//health", 200],
    ["/auth/me", 401],
    ["/nowhere", 404],
  ] as const) {
    const answer = await api().get(path, { origin: shop });
    expect(answer.status).toBe(status);
    expect(answer.headers.get("access-control-allow-origin")).toBe(shop);
    expect(answer.headers.get("access-control-expose-headers")).toContain("X-D1-Bookmark");
    expect(answer.headers.get("access-control-allow-credentials")).toBeNull();
    expect(answer.headers.get("vary")?.toLowerCase()).toContain("origin");
  }
});

test("who sends no origin is told nothing of origins", async () => {
  const { headers } = await api().get("//health");
  expect(headers.get("access-control-allow-origin")).toBeNull();
});
