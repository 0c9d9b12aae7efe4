import { describe, expect, test } from "vitest";
import { app } from "./app";
import { newId } from "./lib/id";
import { api, type Json } from "./testing/api";

const document = (await api().get("//openapi.json")).body;
type Operation = { name: string; method: string; path: string; spec: Json };
const operations: Operation[] = Object.entries<Json>(document.paths).flatMap(([path, item]) =>
  Object.entries<Json>(item).map(([method, spec]) => {
    return { name: `${method.toUpperCase()} ${path}`, method: method.toUpperCase(), path, spec };
  }),
);
const secured = operations.filter(({ spec }) => spec.security?.length > 0);

/** As somebody nobody knows, from an address of its own. */
function ask({ method, path }: Operation, more: Record<string, string> = {}) {
  const address = `/${path.replace(/\{[^}]+\}/g, () => newId())}`;
  return api().request(method, address, method === "GET" ? undefined : {}, more);
}

describe("the document", () => {
  test("knows a good part of the contract", () => {
    expect(operations.length).toBeGreaterThan(10);
    expect(secured.length).toBeGreaterThan(5);
  });

  test.each(operations)("$name says what it does, and what may come of it", ({ path, spec }) => {
    expect(spec.summary).toMatch(/^[A-Z][^.\n]{3,80}$/);
    expect(spec.tags).toHaveLength(1);
    for (const part of path.split("/")) expect(part).toMatch(/^([a-z0-9.-]*|\{[a-zA-Z]+\})$/);
    const statuses = Object.keys(spec.responses).map(Number);
    expect(statuses.some((status) => status >= 200 && status < 300)).toBe(true);
    expect(statuses).toEqual(expect.arrayContaining([429, 503]));
    if (spec.security.length > 0) expect(statuses).toEqual(expect.arrayContaining([401, 403]));
    if (path.includes("{")) expect(statuses).toContain(404);
    if (spec.requestBody) expect(statuses).toEqual(expect.arrayContaining([400, 413, 415, 422]));
  });

  test.each(operations)("$name answers refusals as problems only", ({ spec }) => {
    for (const [status, { content, description }] of Object.entries<Json>(spec.responses)) {
      if (Number(status) < 400) continue;
      expect(Object.keys(content)).toEqual(["application/problem+json"]);
      expect(description).toMatch(/^`[a-z][a-z0-9_]*`(, `[a-z][a-z0-9_]*`)*$/);
    }
  });

  test("lists are paged by cursor, never by offset", () => {
    for (const { name, spec } of operations) {
      const names = (spec.parameters ?? []).map((one: Json) => one.name);
      expect(names, name).not.toEqual(expect.arrayContaining(["offset"]));
      const body = spec.responses[200]?.content?.["application/json"]?.schema;
      if (!body?.properties?.page) continue;
      expect(names, name).toEqual(expect.arrayContaining(["limit", "cursor"]));
      expect(Object.keys(spec.responses), name).toContain("422");
    }
  });

  test("leaves out nothing that answers below /api, but sockets", () => {
    const known = new Set(operations.map(({ method, path }) => `${method} ${path}`));
    const hidden = app.routes
      .filter(({ method, path }) => method !== "ALL" && path.startsWith("/api/"))
      .map(({ method, path }) => `${method} ${path.replace(/:(\w+)(\{[^}]*\})?/g, "{$1}")}`)
      .filter((name) => !known.has(name) && !name.endsWith("/socket"));
    expect(hidden).toEqual([]);
  });
});

describe("a stranger", () => {
  test.each(secured)("is asked to sign in by $name", async (operation) => {
    const { status, body, headers } = await ask(operation);
    expect([status, body.code]).toEqual([401, "authentication_required"]);
    expect(headers.get("www-authenticate")).toBe('Bearer realm="rimlight"');
    expect(headers.get("content-type")).toBe("application/problem+json");
    expect(headers.get("cache-control")).toBe("private, no-store");
    expect(headers.get("server-timing")).toContain("trips=0");
  });

  test.each(secured)("with a token nobody gave out is refused by $name", async (operation) => {
    const { status, body, headers } = await ask(operation, { authorization: "Bearer a.b.c" });
    expect([status, body.code]).toEqual([401, "invalid_token"]);
    expect(headers.get("www-authenticate")).toContain('error="invalid_token"');
  });
});

test("an unknown address is a problem of the contract", async () => {
  const answer = await api().get("/nowhere", { "x-request-id": "caller-12345678" });
  expect(answer.status).toBe(404);
  expect(answer.headers.get("content-type")).toBe("application/problem+json");
  expect(answer.body).toEqual({
    success: false,
    type: "/problems/not_found",
    title: "Not found",
    status: 404,
    detail: "There is nothing here, or it is not yours to see.",
    code: "not_found",
    requestId: "caller-12345678",
  });
});

test("another method is told which ones there are", async () => {
  const answer = await api().post("//health", {});
  expect([answer.status, answer.body.code]).toEqual([405, "method_not_allowed"]);
  expect(answer.headers.get("allow")).toContain("GET");
});
