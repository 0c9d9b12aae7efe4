import { env } from "cloudflare:workers";
import { expect, test } from "vitest";
import { type Actor, Context } from "../data/context";
import { Database } from "../data/database";
import { person } from "../testing/people";
import { admin, credentialOf, seller, strictly, superAdmin, user, visitor } from "./guard";
import { type Role, roles } from "./roles";

const asking = (actor: Actor | null, headers: Record<string, string> = {}) =>
  new Context(
    actor,
    "a-request",
    new Database(env.DB, "first-unconstrained"),
    new Request("https://rimlight.test/", { headers }),
  );
const as = (role: Role): Actor => ({ id: "someone", role, sessionId: "s" });

test("each role may what the ones before it may, and nothing that the ones after it may", () => {
  const guards = { visitor, user, seller, admin, super_admin: superAdmin };
  const table = roles.map((role) =>
    roles.map((least) => {
      try {
        return guards[least].check(asking(as(role))) ? "yes" : "";
      } catch (problem) {
        return (problem as { code: string }).code;
      }
    }),
  );
  expect(table).toEqual(
    roles.map((_, role) => roles.map((_, least) => (role >= least ? "yes" : "forbidden"))),
  );
});

test("whoever sent nothing is asked to sign in, whoever sent something is told it is bad", () => {
  expect(() => user.check(asking(null))).toThrow("authentication_required");
  for (const authorization of ["Bearer x", "bearer x", "Basic eDp5", "Bearer", "x"])
    expect(() => user.check(asking(null, { authorization }))).toThrow("invalid_token");
});

test("a strict guard takes the role and the session from the database", async () => {
  const ada = await person({ role: "seller" });
  const sessionId = ada.refreshToken.slice(4, 40);
  const claimed: Actor = { id: ada.id, role: "super_admin", sessionId };
  const actor = await strictly(user).check(asking(claimed));
  expect(actor.role).toBe("seller");
  await expect(strictly(admin).check(asking(claimed))).rejects.toThrow("forbidden");
  for (const other of [
    { sessionId: crypto.randomUUID() },
    { id: crypto.randomUUID() },
    { sessionId: null },
  ])
    await expect(
      strictly(user).check(asking({ ...claimed, ...other }, { authorization: "Bearer x" })),
    ).rejects.toThrow("invalid_token");
  await env.DB.prepare("UPDATE users SET suspended_at = 1 WHERE id = ?").bind(ada.id).run();
  await expect(
    strictly(user).check(asking(claimed, { authorization: "Bearer x" })),
  ).rejects.toThrow("invalid_token");
});

test("a browser's socket brings its token as a subprotocol, any other request only in its header", () => {
  const protocols = { "sec-websocket-protocol": "rimlight.v1, bearer.abc" };
  expect(credentialOf(new Headers({ upgrade: "websocket", ...protocols }))).toBe("abc");
  expect(credentialOf(new Headers(protocols))).toBeNull();
  expect(credentialOf(new Headers({ upgrade: "websocket" }))).toBeNull();
  expect(credentialOf(new Headers({ authorization: "Bearer abc", cookie: "token=def" }))).toBe(
    "abc",
  );
});
