import { env } from "cloudflare:workers";
import { expect, test } from "vitest";
import { data } from "../../testing/api";
import { type Person, person } from "../../testing/people";
import type { Role } from "../roles";

const [user, seller, admin, root] = await Promise.all(
  (["user", "seller", "admin", "super_admin"] as const).map((role) => person({ role })),
);
const change = (who: Person, whom: Person, body: object) =>
  who.api.patch(`/admin/users/${whom.id}`, body);
const code = async (...[who, whom, body]: Parameters<typeof change>) => {
  const answer = await change(who, whom, body);
  return answer.body.code ?? answer.status;
};
const rolesOf = async (...whom: Person[]): Promise<Role[]> => {
  const ids = JSON.stringify(whom.map(({ id }) => id));
  const { results } = await env.DB.prepare(
    "SELECT role FROM users WHERE id IN (SELECT value FROM json_each(?))",
  )
    .bind(ids)
    .all<{ role: Role }>();
  return results.map(({ role }) => role);
};

test("nobody gives away a role as high as their own, or touches anybody as high", async () => {
  const peer = await person({ role: "admin" });
  expect(await code(admin!, user!, { role: "admin" })).toBe("forbidden");
  expect(await code(admin!, user!, { role: "super_admin" })).toBe("forbidden");
  expect(await code(root!, user!, { role: "super_admin" })).toBe("forbidden");
  expect(await code(admin!, peer, { isSuspended: true })).toBe("forbidden");
  expect(await code(admin!, root!, { isSuspended: true })).toBe("forbidden");
  expect(await code(admin!, admin!, { isVerified: true })).toBe("forbidden");
  expect(await code(seller!, user!, { isVerified: true })).toBe("forbidden");
  expect(await rolesOf(user!)).toEqual(["user"]);
  expect((await admin!.api.get("/auth/me")).status).toBe(200);
});

test("a super administrator makes administrators, and unmakes them", async () => {
  const ada = await person();
  expect((await data(200, change(root!, ada, { role: "admin" }))).role).toBe("admin");
  expect((await data(200, change(root!, ada, { role: "user" }))).role).toBe("user");
});

test("the last super administrator cannot be lost, also when two strip each other at once", async () => {
  expect(await code(root!, root!, { role: "admin" })).toBe("last_super_admin");
  expect(await code(root!, root!, { isSuspended: true })).toBe("last_super_admin");
  for (let i = 0; i < 3; i++) {
    const other = await person({ role: "super_admin" });
    const third = await person({ role: "super_admin" });
    await env.DB.prepare("UPDATE users SET role = 'user' WHERE id = ?").bind(root!.id).run();
    const answers = await Promise.all([
      change(other, third, { role: "admin" }),
      change(third, other, { isSuspended: true }),
    ]);
    expect(answers.filter(({ status }) => status === 200).length).toBeLessThan(2);
    const left = await env.DB.prepare(
      "SELECT count(*) n FROM users WHERE role = 'super_admin' AND suspended_at IS NULL",
    ).first("n");
    expect(left).toBe(1);
    await env.DB.prepare("UPDATE users SET role = 'user' WHERE role = 'super_admin'").run();
    await env.DB.prepare("UPDATE users SET role = 'super_admin' WHERE id = ?").bind(root!.id).run();
  }
});
