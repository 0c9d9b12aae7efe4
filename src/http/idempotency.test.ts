import { env, exports } from "cloudflare:workers";
import { eq } from "drizzle-orm";
import { expect, test, vi } from "vitest";
import { z } from "zod";
import { systemContext } from "../data/context";
import { commit } from "../data/outbox";
import { applied, idempotencyKeys } from "../data/tables";
import { newId } from "../lib/id";
import { mount } from "../testing/mount";
import { anyone } from "./guard";
import { refuse } from "./problem";
import { router } from "./route";

const things = router("Things");
const NewThing = z.object({ name: z.string() });
const Thing = z.object({ id: z.string(), name: z.string() });
const spec = { auth: anyone, body: NewThing, returns: { 201: Thing } } as const;

things.post("/things", "Create a thing", spec, async ({ ctx, body: { name } }) => {
  if (name === "") throw refuse("conflict");
  const id = newId();
  const row = { consumer: name, eventId: id, appliedAt: 0 };
  await commit(ctx, [ctx.db.insert(applied).values(row)], `/things/${id}`);
  if (name === "declined") throw refuse("conflict", { detail: "The card was declined." });
  if (name === "broken") throw new Error("a bug after the transaction");
  return { id, name };
});
things.post("/notes", "Create a note", spec, async ({ ctx, body: { name } }) => {
  const id = newId();
  await commit(ctx, [ctx.db.insert(applied).values({ consumer: name, eventId: id, appliedAt: 0 })]);
  if (name === "broken") throw new Error("a bug after the transaction");
  return { id, name };
});
things.post(
  "/orders",
  "Create an order",
  { ...spec, requires: "idempotency-key" },
  async ({ body }) => ({ id: newId(), name: body.name }),
);
things.post(
  "/uploads",
  "Upload",
  { auth: anyone, raw: "application/json", maxBody: 1_000 },
  async ({ c }) => c.json({ success: true, data: (await c.req.arrayBuffer()).byteLength }),
);

const client = mount(things.hono);
const ann = client({ as: "ann" });
const { db } = systemContext();

const withKey = (key = newId()) => ({ "idempotency-key": key });
const made = (name: string) => db.$count(applied, eq(applied.consumer, name));
const replayed = (headers: Headers) => headers.get("idempotency-replayed");

test("the same key and body get the first answer again, and nothing happens twice", async () => {
  const key = withKey();
  const first = await ann.post("/things", { name: "one" }, key);
  expect([first.status, replayed(first.headers)]).toEqual([201, null]);
  for (let i = 0; i < 2; i++) {
    const again = await ann.post("/things", { name: "one" }, key);
    expect([again.status, replayed(again.headers)]).toEqual([201, "true"]);
    expect(again.body).toEqual(first.body);
    expect(again.headers.get("content-type")).toBe("application/json");
  }
  expect(await made("one")).toBe(1);
});

test("the same key with another body, or for another address, is refused", async () => {
  const key = withKey();
  await ann.post("/things", { name: "two" }, key);
  for (const [path, name] of [
    ["/things", "other"],
    ["/notes", "two"],
  ] as const) {
    const answer = await ann.post(path, { name }, key);
    expect([answer.status, answer.body.code]).toEqual([422, "idempotency_key_reused"]);
  }
  expect(await made("two")).toBe(1);
});

test("a key is a person's own", async () => {
  const key = withKey();
  const answers = [
    await ann.post("/things", { name: "own" }, key),
    await client({ as: "bob" }).post("/things", { name: "own" }, key),
    await client({ ip: "192.0.2.1" }).post("/things", { name: "own" }, key),
    await client({ ip: "192.0.2.2" }).post("/things", { name: "own" }, key),
  ];
  expect(new Set(answers.map(({ data }) => data.id)).size).toBe(4);
});

test("without credentials a key that could be guessed is refused", async () => {
  const nobody = client();
  const short = await nobody.post("/things", { name: "guessed" }, withKey("retry-1"));
  expect([short.status, short.body.code]).toEqual([422, "invalid_idempotency_key"]);
  expect(await made("guessed")).toBe(0);
  expect((await nobody.post("/things", { name: "guessed" }, withKey())).status).toBe(201);
});

test("twenty requests at once with one key create one thing", async () => {
  const key = withKey();
  const tries = Array.from({ length: 20 }, () => ann.post("/things", { name: "race" }, key));
  const answers = await Promise.all(tries);
  expect(await made("race")).toBe(1);
  const created = answers.filter(({ status }) => status === 201);
  expect(new Set(created.map(({ data }) => data.id)).size).toBe(1);
  for (const { status, body } of answers.filter((one) => one.status !== 201))
    expect([status, body.code]).toEqual([409, "idempotency_in_progress"]);
  expect((await ann.post("/things", { name: "race" }, key)).data.id).toBe(created[0]?.data.id);
});

test("a refusal that changed nothing leaves the key free", async () => {
  const key = withKey();
  expect((await ann.post("/things", { name: "" }, key)).status).toBe(409);
  expect((await ann.post("/things", {}, key)).status).toBe(422);
  expect((await ann.post("/things", { name: "free" }, key)).status).toBe(201);
});

test("a refusal after the transaction is the answer, also the second time", async () => {
  const key = withKey();
  const first = await ann.post("/things", { name: "declined" }, key);
  const again = await ann.post("/things", { name: "declined" }, key);
  expect([again.status, again.body]).toEqual([409, first.body]);
  expect(again.headers.get("content-type")).toBe("application/problem+json");
  expect([replayed(again.headers), await made("declined")]).toEqual(["true", 1]);
});

test("an answer that was lost after the transaction is read again", async () => {
  vi.spyOn(console, "error").mockImplementation(() => {});
  const key = withKey();
  expect((await ann.post("/things", { name: "broken" }, key)).status).toBe(500);
  const [row] = await db.select().from(applied).where(eq(applied.consumer, "broken"));
  const fetch = vi.spyOn(exports.default, "fetch").mockImplementation(async (request) => {
    const { pathname } = new URL((request as Request).url);
    return Response.json({ success: true, data: { at: pathname } });
  });
  const again = await ann.post("/things", { name: "broken" }, key);
  fetch.mockRestore();
  expect([again.status, again.data.at]).toEqual([201, `/api/v1/things/${row?.eventId}`]);
  expect([replayed(again.headers), await made("broken")]).toEqual(["true", 1]);
});

test("where nothing can be read again, the caller is told so, and nothing happens twice", async () => {
  vi.spyOn(console, "error").mockImplementation(() => {});
  const key = withKey();
  await ann.post("/notes", { name: "broken" }, key);
  const before = await made("broken");
  const soon = await ann.post("/notes", { name: "broken" }, key);
  await db.update(idempotencyKeys).set({ createdAt: Date.now() - 61_000 });
  const later = await ann.post("/notes", { name: "broken" }, key);
  expect([soon.body.code, later.body.code]).toEqual([
    "idempotency_in_progress",
    "idempotency_answer_lost",
  ]);
  expect(await made("broken")).toBe(before);
});

test("a key is required where the route says so, and is printable ASCII", async () => {
  const without = await ann.post("/orders", { name: "a" });
  expect([without.status, without.body.code]).toEqual([428, "idempotency_key_required"]);
  expect((await ann.post("/orders", { name: "a" }, withKey("~".repeat(255)))).status).toBe(201);
  for (const key of ["", "~".repeat(256), "caf\u00e9", "a\tb"]) {
    const { status, body } = await ann.post("/orders", { name: "a" }, withKey(key));
    expect([status, body.code], key).toEqual([422, "invalid_idempotency_key"]);
  }
});

test("an answer is not to be read in the database", async () => {
  await ann.post("/things", { name: "a secret shown once" }, withKey());
  const { results } = await env.DB.prepare("SELECT * FROM idempotency_keys").all();
  expect(results.length).toBeGreaterThan(5);
  expect(JSON.stringify(results)).not.toContain("secret shown once");
});

test("a body that the route reads itself is counted in, and still there to be read", async () => {
  const key = withKey();
  const bytes = "\u0000\u0001binary";
  expect((await ann.post("/uploads", bytes, key)).data).toBe(8);
  expect((await ann.post("/uploads", bytes, key)).data).toBe(8);
  expect((await ann.post("/uploads", `${bytes}!`, key)).body.code).toBe("idempotency_key_reused");
  expect((await ann.post("/uploads", "x".repeat(1_001), withKey())).status).toBe(413);
});
