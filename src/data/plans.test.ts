import { env } from "cloudflare:workers";
import { expect, test, vi } from "vitest";
import { runSchedule } from "../jobs/schedule";
import { newId } from "../lib/id";
import { api, type Json } from "../testing/api";
import { exampleOf, type Known } from "../testing/examples";
import { person } from "../testing/people";
import { planOf, type Recorded, recordStatements } from "../testing/statements";

/** Tables that may be read from end to end, and why that stays cheap. */
const small: Record<string, string> = {
  signing_keys: "a handful, rotated",
  flags: "made by administrators one by one",
  dead_letters: "what failed for good, pruned after 90 days, and read by administrators only",
  failures: "what is being tried again",
  categories: "a tree that administrators grow, read whole, and cached for an hour",
  index_state: "one row",
};

const recorded = recordStatements();
const document = (await api().get("//openapi.json")).body;
type Operation = { method: string; path: string; spec: Json };
const operations: Operation[] = Object.entries<Json>(document.paths).flatMap(([path, item]) =>
  Object.entries<Json>(item).map(([method, spec]) => ({ method, path, spec })),
);
const ids = new Map([["/api/v1/admin/flags", "a-flag"]]);
const outcomes = new Map<string, number>();

/** What no schema can tell: people there are, and words that pass. */
const known: Known = {
  email: () => `${newId()}@example.com`,
  password: () => "a quiet horse in the rain",
  currency: () => "USD",
  country: () => "US",
  locale: () => "en",
};

/** `/tasks/{id}` with the id of what `POST /tasks` made, else of nothing. */
const addressOf = (path: string) =>
  path.replace(/\{\w+\}/g, (_, at: number) => ids.get(path.slice(0, at - 1)) ?? newId());

const order = ["post", "get", "put", "patch", "delete"];
const ends = /logout|revoke|password|\/auth\/me$|sessions/;
const endsSession = ({ method, path }: Operation) => method !== "get" && ends.test(path);
const rank = (operation: Operation) =>
  order.indexOf(operation.method) + (endsSession(operation) ? 10 : 0);

/** Every operation once, in an order that lets later ones find what earlier ones made. */
async function visit(client: ReturnType<typeof api>, { method, path, spec }: Operation) {
  const schema = spec.requestBody?.content?.["application/json"]?.schema;
  const body = exampleOf(schema, document.components.schemas, known);
  const address = `/${addressOf(path)}`;
  const send = () =>
    client.request(method.toUpperCase(), address, body, { "idempotency-key": newId() });
  let answer = await send();
  if (answer.status === 422 && answer.body.errors) {
    for (const { path: at } of answer.body.errors) delete body?.[at.split(".")[1]];
    answer = await send();
  }
  outcomes.set(`${method} ${path}`, answer.status);
  if (method === "post" && answer.data?.id) {
    ids.set(path, answer.data.id);
    ids.set(`/api/v1/${path.split("/").at(-1)}`, answer.data.id);
  }
  if (method !== "get") return;
  const names: string[] = [];
  for (const { name, in: place, schema: type } of spec.parameters ?? []) {
    if (place !== "query" || name === "cursor") continue;
    names.push(name);
    for (const value of type.enum ?? [exampleOf({ ...type, default: undefined }, {})])
      await client.get(`${address}?${name}=${encodeURIComponent(value)}`);
  }
  const { body: page } = await client.get(`${address}?limit=1`);
  const cursor = page?.page?.nextCursor;
  if (cursor) await client.get(`${address}?limit=1&cursor=${encodeURIComponent(cursor)}`);
}

async function tour(): Promise<void> {
  const somebody = await person();
  for (const name of ["userId", "assigneeId"]) known[name] = () => somebody.id;
  await api().post("/auth/login", { email: somebody.email, password: somebody.password });
  await api().post("/auth/refresh", { refreshToken: somebody.refreshToken });
  const sorted = operations.toSorted((a, b) => rank(a) - rank(b));
  const root = await person({ role: "super_admin" });
  for (const one of sorted.filter(({ method }) => method === "post"))
    if (!endsSession(one)) await visit(api({ token: root.token }), one);
  for (const one of sorted) {
    const { token } = endsSession(one) ? await person({ role: "super_admin" }) : root;
    await visit(api({ token }), one);
  }
  for (const cron of ["* * * * *", "17 * * * *", "23 3 * * *"]) await runSchedule(cron);
}

/** Whether a plan's name stands, perhaps as an alias, for a table that stays small. */
const isSmall = (name: string, sql: string) =>
  Object.keys(small).some(
    (table) => name === table || new RegExp(`\\b${table}\\W+(as\\W+)?${name}\\b`, "i").test(sql),
  );

/** Whether a plan's name stands for a table, and not for rows that a statement brings along. */
const isTable = (name: string, sql: string, tables: string[]) =>
  tables.some(
    (table) =>
      name === table || new RegExp(`\\b${table}"?\\s+(as\\s+)?"?${name}\\b`, "i").test(sql),
  );

async function tableNames(): Promise<string[]> {
  const sql = "SELECT name FROM sqlite_master WHERE type = 'table'";
  const all = await Promise.all(
    [env.DB, env.SEARCH].map((one) => one.prepare(sql).all<{ name: string }>()),
  );
  return all.flatMap(({ results }) => results.map(({ name }) => name));
}

/** Indexes that hold a part of their table, so that reading one up to a limit is cheap. */
async function partialIndexes(): Promise<Set<string>> {
  const sql = "SELECT name FROM sqlite_master WHERE type = 'index' AND sql LIKE '% WHERE %'";
  const { results } = await env.DB.prepare(sql).all<{ name: string }>();
  return new Set(results.map(({ name }) => name));
}

/** What of a plan reads a whole table that grows. */
function scansOf(
  { sql }: Recorded,
  plan: string[],
  partial: Set<string>,
  tables: string[],
): string[] {
  const sorts = plan.some((step) => step.includes("USE TEMP B-TREE FOR ORDER BY"));
  const limited = /\blimit\b/i.test(sql) && !sorts;
  return plan.filter((step) => {
    const [, name, index = ""] =
      /^SCAN (\S+)(?: USING (?:COVERING )?INDEX (\S+))?/.exec(step) ?? [];
    if (!name || /^(\d|CONSTANT|\(?subquery|json_each)/i.test(name)) return false;
    if (!isTable(name, sql, tables)) return false;
    if (/VIRTUAL TABLE INDEX \d+:(M|=)/.test(step)) return false;
    if (limited && (partial.has(index) || !/\bwhere\b/i.test(sql))) return false;
    // Rows that refer to an inserted one are looked for only if a constraint is deferred.
    const mentioned = new RegExp(`\\b${name}\\b`).test(sql);
    return !isSmall(name, sql) && (mentioned || !/^insert/i.test(sql));
  });
}

test.each([
  ["SELECT * FROM events WHERE type = 'x'", true],
  ["SELECT * FROM events WHERE type = 'x' LIMIT 1", true],
  ["SELECT * FROM events ORDER BY payload LIMIT 1", true],
  ["SELECT count(*) FROM events", true],
  ["SELECT * FROM events e JOIN applied a ON a.event_id = e.id WHERE e.queue = 'JOBS'", true],
  ["UPDATE events SET sent_at = 1 WHERE type = 'x'", true],
  ["SELECT * FROM events WHERE id = 'x'", false],
  ["SELECT * FROM events ORDER BY id LIMIT 1", false],
  ["SELECT * FROM events WHERE sent_at IS NULL ORDER BY created_at LIMIT 1", false],
  ["SELECT * FROM events WHERE id IN (SELECT value FROM json_each('[]'))", false],
  ["WITH some AS MATERIALIZED (SELECT 1 AS n) SELECT * FROM some, json_each('[]') each", false],
  ["WITH some AS MATERIALIZED (SELECT * FROM events) SELECT * FROM some", true],
])("%s reads too much: %s", async (sql, expected) => {
  const statement = { sql, params: [], database: env.DB };
  const scans = scansOf(
    statement,
    await planOf(statement),
    await partialIndexes(),
    await tableNames(),
  );
  expect(scans.length > 0).toBe(expected);
});

test("no statement of the API reads a growing table from end to end, and nothing breaks", async () => {
  vi.spyOn(console, "warn").mockImplementation(() => {});
  await tour();
  await vi.waitFor(
    () => expect([...recorded.keys()].join()).toMatch(/insert into "applied"/),
    8_000,
  );
  const [partial, tables] = [await partialIndexes(), await tableNames()];
  const found: string[] = [];
  for (const statement of recorded.values()) {
    const scans = scansOf(statement, await planOf(statement), partial, tables);
    if (scans.length > 0) found.push(`${scans.join("; ")}\n    ${statement.sql}`);
  }
  expect(found).toEqual([]);
  expect([...outcomes].filter(([, status]) => status === 500)).toEqual([]);
  const answered = [...outcomes.values()].filter((status) => status < 400);
  expect(answered.length / outcomes.size).toBeGreaterThan(0.5);
}, 60_000);
