import { env } from "cloudflare:workers";
import { expect, test, vi } from "vitest";
import { person } from "../testing/people";

/** Everything a request could ask that is not in the isolate. */
const calls = [
  vi.spyOn(env.DB, "withSession"),
  vi.spyOn(env.DB, "prepare"),
  vi.spyOn(env.CACHE, "get"),
  vi.spyOn(env.CACHE, "put"),
  ...Object.values(env)
    .filter((binding) => typeof binding === "object" && "getByName" in binding)
    .map((namespace) => vi.spyOn(namespace as DurableObjectNamespace, "getByName")),
];

test.each(["/tasks", "/auth/me"])("a warm %s asks D1, KV and objects nothing", async (path) => {
  const ada = await person();
  const cold = await ada.api.get(path);
  expect(cold.headers.get("x-cache")).toBe("MISS");
  for (const call of calls) call.mockClear();
  const warm = await ada.api.get(path);
  expect([warm.headers.get("x-cache"), warm.body]).toEqual(["HIT", cold.body]);
  expect(calls.map((call) => call.mock.calls.length)).toEqual(calls.map(() => 0));
  expect(calls.length).toBeGreaterThan(4);
});
