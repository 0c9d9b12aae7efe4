import { env } from "cloudflare:workers";
import { expect, test } from "vitest";

const files: Record<string, string> = Object.fromEntries(
  [...env.TEST_MIGRATIONS, ...env.TEST_SEARCH_MIGRATIONS].map(({ name, queries }) => [
    name,
    queries.join("\n"),
  ]),
);

/** Without comments, for those may speak of what is forbidden. */
const statementsOf = (sql: string) =>
  sql
    .replace(/\/\*[\s\S]*?\*\//g, "")
    .replace(/--.*$/gm, "")
    .replace(/\s+/g, " ");

/** On D1 a rebuilt table deletes its child rows, and the migration says it succeeded. */
const forbidden: [why: string, pattern: RegExp][] = [
  ["drops a table", /\bdrop table\b/i],
  ["drops a column", /\bdrop column\b/i],
  ["renames a table", /\brename to\b/i],
  ["makes a table to copy into", /create table (if not exists )?["'`[]?__?new/i],
  ["turns foreign keys off", /\bpragma\s+(foreign_keys|defer_foreign_keys|writable_schema)\b/i],
  ["deletes or cascades from parent to child", /\bon delete (cascade|set null|set default)\b/i],
  ["deletes rows of all", /\bdelete from ["'`[]?\w+["'`\]]?\s*(;|$)/i],
];

const faultsIn = (sql: string) =>
  forbidden.flatMap(([why, pattern]) => (pattern.test(statementsOf(sql)) ? [why] : []));

test("there are migrations to judge", () => {
  expect(Object.keys(files).length).toBeGreaterThan(0);
});

test.each(Object.keys(files))("%s only adds", (name) => {
  expect(faultsIn(files[name]!)).toEqual([]);
});

test.each([
  "DROP TABLE `users`;",
  "drop  table\n  users",
  "PRAGMA foreign_keys=OFF;",
  "pragma   defer_foreign_keys = on",
  "CREATE TABLE `__new_users` (`id` text);",
  "ALTER TABLE `__new_users` RENAME TO `users`;",
  "ALTER TABLE users DROP COLUMN email",
  "CREATE TABLE a (b text REFERENCES c(id) ON DELETE cascade)",
  "DELETE FROM `users`;",
])("%s would be found", (sql) => {
  expect(faultsIn(sql)).not.toEqual([]);
});

test.each([
  "CREATE TABLE a (b text REFERENCES c(id) ON UPDATE no action ON DELETE no action);",
  "ALTER TABLE a ADD b text; -- no DROP TABLE here",
  "DROP INDEX a_b;",
  "DROP TRIGGER IF EXISTS a_search;",
  "CREATE TRIGGER t AFTER DELETE ON a BEGIN DELETE FROM b WHERE id = old.id; END;",
])("%s is allowed", (sql) => {
  expect(faultsIn(sql)).toEqual([]);
});
