import { execFile } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { afterAll, beforeAll, expect, test } from "vitest";
import { runWrangler } from "./wrangler.mjs";

const run = promisify(execFile);
const state = await mkdtemp(join(tmpdir(), "rimlight-grant-"));
const here = ["--local", "--persist-to", state];
const node = "node_modules/node/bin/node";

const grant = (...args: string[]) =>
  run(node, ["src/development/admin-grant.mjs", "--persist-to", state, ...args]).then(
    ({ stdout }) => ({ code: 0, said: stdout }),
    ({ code, stderr }) => ({ code, said: stderr }),
  );
const ask = async (sql: string) => {
  const output: string = await runWrangler([
    "d1",
    "execute",
    "DB",
    ...here,
    "--json",
    "--command",
    sql,
  ]);
  return JSON.parse(output.slice(output.indexOf("[\n")))[0].results;
};

beforeAll(async () => {
  await runWrangler(["d1", "migrations", "apply", "DB", ...here]);
  const row = (id: string, email: string, verified: string) =>
    `('${id}', '${email.replaceAll("'", "''")}', 'A name', 'user', 'en', 'USD', ${verified}, 0, 0)`;
  await ask(`INSERT INTO users
    (id, email, display_name, role, locale, currency, verified_at, created_at, updated_at)
    VALUES ${row("one", "o'brien@example.com", "1")}, ${row("two", "squatter@example.com", "NULL")}`);
}, 180_000);
afterAll(() => rm(state, { recursive: true, force: true }));

test("a registered person who proved the address becomes an administrator, and the log tells", async () => {
  expect(await grant(" O'Brien@Example.com")).toMatchObject({ code: 0 });
  expect(await ask("SELECT role, token_version, version FROM users WHERE id = 'one'")).toEqual([
    { role: "super_admin", token_version: 2, version: 2 },
  ]);
  const told = await ask("SELECT type, payload FROM events WHERE sent_at IS NULL ORDER BY type");
  expect(told.map(({ type }: { type: string }) => type)).toEqual([
    "audit.recorded",
    "session.revoked",
  ]);
  expect(JSON.parse(told[0].payload)).toMatchObject({
    targetId: "one",
    detail: { role: "super_admin" },
  });
}, 180_000);

test("nobody else does", async () => {
  expect((await grant("nobody@example.com")).said).toContain("Nobody has registered");
  expect((await grant("squatter@example.com")).said).toContain("has not been proved");
  expect((await grant("x' OR '1'='1")).said).toContain("npm run admin:grant");
  expect((await grant("o'brien@example.com", "--role", "god")).code).toBe(1);
  expect(await ask("SELECT role FROM users WHERE id = 'two'")).toEqual([{ role: "user" }]);
}, 180_000);
