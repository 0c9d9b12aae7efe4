import { expect, test } from "vitest";
import { api } from "./testing/api";

test("health answers without touching anything", async () => {
  const answer = await api().get("//health");
  expect(answer.body).toEqual({ status: "ok", service: "rimlight" });
  expect(answer.headers.get("x-request-id")).toMatch(/^[0-9a-f-]{36}$/);
  expect(answer.headers.get("server-timing")).toContain("trips=0");
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
