import { expect, test } from "vitest";
import { catalogue } from "../http/problem";
import { api } from "../testing/api";

test("health answers without touching anything", async () => {
  const answer = await api().get("//health");
  expect(answer.body).toEqual({ status: "ok", service: "rimlight" });
  expect(answer.headers.get("x-request-id")).toMatch(/^[0-9a-f-]{36}$/);
  expect(answer.headers.get("server-timing")).toContain("trips=0");
});

test("the document is OpenAPI 3.1, and everything it refers to is in it", async () => {
  const { body, headers } = await api().get("//openapi.json");
  expect(headers.get("content-type")).toBe("application/json");
  expect(body.openapi).toBe("3.1.0");
  expect(body.components.securitySchemes.bearer).toMatchObject({ type: "http", scheme: "bearer" });
  const references = JSON.stringify(body).match(/"#\/components\/[^"]+"/g) ?? [];
  expect(references.length).toBeGreaterThan(10);
  for (const reference of new Set(references)) {
    const [, , kind = "", name = ""] = JSON.parse(reference).split("/");
    expect(body.components[kind], reference).toHaveProperty([name]);
  }
});

test("every problem has an address that explains it, to machines and to people", async () => {
  for (const [code, [status, detail]] of catalogue) {
    const { data } = await api().get(`//problems/${code}`);
    expect(data).toMatchObject({ code, status, detail });
  }
  const page = await api().get("//problems/email_taken", { accept: "text/html,*/*;q=0.8" });
  const other = await api().get("//problems/not_found", { accept: "text/html" });
  expect(other.headers.get("content-type")).toBe("text/html; charset=utf-8");
  expect(other.body).toContain("<h1>Not found</h1>");
  expect(other.headers.get("vary")).toBe("accept");
  expect(page.headers.get("content-security-policy")).toContain("default-src 'none'");
});

test("a problem nobody declared, however it is spelled, is not there", async () => {
  for (const code of ["nothing_of_the_kind", "__proto__", "constructor", "%3Cscript%3E"]) {
    const answer = await api().get(`//problems/${code}`, { accept: "text/html" });
    expect([answer.status, answer.body.code]).toEqual([404, "not_found"]);
  }
});

test("the page of the API needs nothing but what is served beside it", async () => {
  const { body, headers } = await api().get("//api-docs");
  expect(headers.get("content-type")).toBe("text/html; charset=utf-8");
  const sources = [...body.matchAll(/(?:src|href)="([^"]+)"/g)].map(([, address]) => address);
  expect(sources.length).toBeGreaterThan(3);
  for (const address of sources) expect(address).toMatch(/^\/(api-docs\/|openapi\.json$)/);
  expect(body).not.toMatch(/<script>|<style>|style=|onload=/);
  const policy = headers.get("content-security-policy") ?? "";
  expect(policy).toContain("default-src 'none'");
  expect(policy).toContain("frame-ancestors 'none'");
  expect(policy).not.toMatch(/unsafe|\*|https?:/);
});
