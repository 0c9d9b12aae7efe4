import { eq } from "drizzle-orm";
import { HTTPException } from "hono/http-exception";
import { expect, test, vi } from "vitest";
import { z } from "zod";
import { applied } from "../data/tables";
import { newId } from "../lib/id";
import type { Answer } from "../testing/api";
import { mount } from "../testing/mount";
import { cached, invalidate } from "./cache";
import { anyone } from "./guard";
import { refuse } from "./problem";
import { router } from "./route";

const things = router("Things");
const Thing = z.object({ id: z.string(), version: z.int() });
const params = z.object({ id: z.string() });
const Fields = z.object({ name: z.string().optional(), tags: z.array(z.string()).optional() });

things.post(
  "/things",
  "Create a thing",
  { auth: anyone, body: Fields, returns: { 201: Thing } },
  async ({ ctx }) => {
    const id = newId();
    await ctx.db.insert(applied).values({ consumer: "thing", eventId: id, appliedAt: 1 });
    invalidate(ctx, "things");
    return { id, version: 1 };
  },
);
things.get(
  "/things/{id}",
  "Read a thing",
  { auth: anyone, params, returns: { 200: Thing } },
  async ({ ctx, params: { id } }) => {
    const thing = await ctx.db.select().from(applied).where(eq(applied.eventId, id)).get();
    if (!thing) throw refuse("not_found");
    return { id, version: thing.appliedAt };
  },
);
things.patch(
  "/things/{id}",
  "Change a thing",
  { auth: anyone, params, body: Fields, returns: { 200: Thing }, requires: "if-match" },
  async ({ ctx, params: { id } }) => {
    const version = ctx.expectedVersion ?? 1;
    if (version !== 1) throw refuse("version_mismatch");
    return { id, version: 2 };
  },
);
things.delete(
  "/things/{id}",
  "Delete a thing",
  { auth: anyone, params, returns: { 204: null } },
  () => null,
);
const count = { auth: anyone, returns: { 200: z.object({ count: z.int() }) } } as const;
things.get("/count", "Count the things", count, ({ ctx }) =>
  cached(ctx, { key: "count", tags: ["things"], seconds: 60, shared: true }, async () => ({
    count: await ctx.db.$count(applied),
  })),
);
const raw = { auth: anyone, raw: "text/plain" } as const;
things.get("/raw", "Answer plainly", raw, () => new Response("plain"));
things.get("/page", "Show a page", raw, ({ c }) =>
  c.html("<p>", 200, { "cache-control": "public" }),
);
things.get("/moved", "Move on", raw, ({ c }) => c.redirect("/elsewhere"));
things.get("/bug", "Break", raw, () => {
  throw new Error("SELECT secret FROM users at /src/http/route.ts");
});
things.get("/teapot", "Refuse as hono does", raw, () => {
  throw new HTTPException(418, { message: "a text of hono" });
});

const client = mount(things.hono)();

const expectSecured = ({ headers }: Answer) => {
  expect(headers.get("x-request-id")).toMatch(/^[0-9a-f-]{36}$/);
  expect(headers.get("x-content-type-options")).toBe("nosniff");
  expect(headers.get("x-frame-options")).toBe("DENY");
  expect(headers.get("referrer-policy")).toBe("no-referrer");
  expect(headers.get("strict-transport-security")).toContain("max-age=31536000");
  expect(headers.get("content-security-policy")).toContain("default-src 'none'");
  expect(headers.get("server-timing")).toContain("trips=");
};

test("answers of every kind are secured", async () => {
  const { data } = await client.post("/things", {});
  const kinds: [Promise<Answer>, number][] = [
    [client.post("/things", {}), 201],
    [client.get(`/things/${data.id}`), 200],
    [client.request("HEAD", `/things/${data.id}`), 200],
    [client.delete(`/things/${data.id}`), 204],
    [client.get("/count"), 200],
    [client.get("/raw"), 200],
    [client.get("/moved"), 302],
    [client.post("/things", "{"), 400],
    [client.get("/things/none"), 404],
    [client.patch(`/things/${data.id}`, {}), 428],
  ];
  for (const [pending, status] of kinds) {
    const answer = await pending;
    expect(answer.status).toBe(status);
    expectSecured(answer);
    expect(answer.headers.get("cache-control")).toBe("private, no-store");
  }
  const page = await client.get("/page");
  expectSecured(page);
  expect(page.headers.get("cache-control")).toBe("public");
});

test("a bug is told by its request id alone", async () => {
  const error = vi.spyOn(console, "error").mockImplementation(() => {});
  for (const path of ["/bug", "/teapot"]) {
    const { status, body, headers } = await client.get(path, { "x-request-id": "seen-1234" });
    expect([status, body.code, body.requestId]).toEqual([500, "internal_error", "seen-1234"]);
    expect(JSON.stringify(body)).not.toMatch(/secret|src\/|hono/);
    expect(headers.get("content-type")).toBe("application/problem+json");
  }
  expect(error).toHaveBeenCalledTimes(2);
  expect(error.mock.calls[0]?.[0]).toContain("seen-1234");
  error.mockRestore();
});

test("a request id that could be an attack is replaced", async () => {
  for (const id of ["short", "x".repeat(129), "with space", "<script>alert"]) {
    const { headers } = await client.get("/raw", { "x-request-id": id });
    expect(headers.get("x-request-id")).toMatch(/^[0-9a-f-]{36}$/);
  }
});

test("a version is an ETag, and a change asks for it", async () => {
  const { data, headers } = await client.post("/things", {});
  expect(headers.get("etag")).toBe('"1"');
  const change = async (match?: string) => {
    const more = match === undefined ? {} : { "if-match": match };
    return client.patch(`/things/${data.id}`, {}, more);
  };
  expect((await change()).body.code).toBe("version_required");
  for (const match of ['"1"', 'W/"1"', "*"]) expect((await change(match)).status).toBe(200);
  for (const match of ['"2"', "1", '""', '"one"', '"1", "2"', '"-1"'])
    expect((await change(match)).body.code, match).toBe("version_mismatch");
});

test("a write hands out a bookmark, a read does not, and a false one is refused", async () => {
  const written = await client.post("/things", {});
  const bookmark = written.headers.get("x-d1-bookmark") ?? "";
  expect(bookmark).toMatch(/^[0-9a-f]{8}-/);
  const read = await client.get(`/things/${written.data.id}`, { "x-d1-bookmark": bookmark });
  expect([read.status, read.headers.get("x-d1-bookmark")]).toEqual([200, null]);
  for (const one of ["first-primary", "", "x", `${bookmark}0`]) {
    const { status, body } = await client.get("/raw", { "x-d1-bookmark": one });
    expect([status, body.code], one).toEqual([422, "invalid_bookmark"]);
  }
});

test("a cached answer says where it is from, and spares who has it already", async () => {
  const first = await client.get("/count");
  const etag = first.headers.get("etag") ?? "";
  const second = await client.get("/count");
  expect([second.headers.get("x-cache"), second.body]).toEqual(["HIT", first.body]);
  expect(second.headers.get("server-timing")).toContain("trips=0");
  const known = await client.get("/count", { "if-none-match": etag });
  expect([known.status, known.body, known.headers.get("etag")]).toEqual([304, "", etag]);
  expectSecured(known);

  const { headers } = await client.post("/things", {});
  const more = { "x-d1-bookmark": headers.get("x-d1-bookmark"), "if-none-match": etag };
  const changed = await client.get("/count", more);
  expect([changed.status, changed.headers.get("x-cache")]).toEqual([200, "BYPASS"]);
  expect(changed.data.count).toBe(first.data.count + 1);
});
