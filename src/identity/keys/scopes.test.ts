import { expect, test } from "vitest";
import { grantable } from "../../http/scope";
import { api, type Json } from "../../testing/api";

const document = (await api().get("//openapi.json")).body;
const operations = Object.entries<Json>(document.paths).flatMap(([path, item]) =>
  Object.entries<Json>(item).map(([method, { tags, security }]) => {
    const scopes: string[] = security?.[0]?.bearer ?? [];
    return { name: `${method} ${path}`, method, tag: tags[0] as string, scopes };
  }),
);

test("of what is a person's own, a key or a stand-in sees the account and the dashboard, and changes nothing", () => {
  const open = operations.filter(({ tag, scopes }) => tag === "Identity" && scopes.length > 0);
  expect(open.map(({ name, scopes }) => [name, ...scopes])).toEqual([
    ["post /api/v1/auth/logout", "identity:write"],
    ["get /api/v1/auth/me", "identity:read"],
    ["get /api/v1/user/dashboard", "identity:read"],
  ]);
  expect(grantable()).not.toContain("identity:write");
});

test("every other scope is the tag of its route, and to read or to write", () => {
  for (const { name, tag, method, scopes } of operations) {
    if (tag === "Identity" || scopes.length === 0) continue;
    const area = tag.toLowerCase().replaceAll(/[^a-z]+/g, "-");
    expect([name, ...scopes]).toEqual([name, `${area}:${method === "get" ? "read" : "write"}`]);
    expect(grantable()).toContain(scopes[0]);
  }
});

test("nobody stands in for somebody to stand in for others", () => {
  const impersonation = operations.find(({ name }) => name.endsWith("/impersonation"));
  expect(impersonation?.scopes).toEqual([]);
});
