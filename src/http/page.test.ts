import { desc, lt } from "drizzle-orm";
import { expect, test } from "vitest";
import { z } from "zod";
import { systemContext } from "../data/context";
import { applied } from "../data/tables";
import { newId } from "../lib/id";
import { mount } from "../testing/mount";
import { anyone } from "./guard";
import { afterCursor, PageQuery, pageOf } from "./page";
import { router } from "./route";

const things = router("Things");
const Thing = z.object({ id: z.string() });
const Query = PageQuery.extend({ kind: z.enum(["old", "new"]).default("old") });

/** The newest first, of a list that its filter is part of. */
for (const path of ["/things", "/others"])
  things.get(
    path,
    "List things",
    { auth: anyone, query: Query, list: Thing },
    async ({ ctx, query: { limit, cursor, kind } }) => {
      const list = `${path}|${kind}`;
      const after = await afterCursor<readonly [string]>(list, cursor);
      const rows = await ctx.db
        .select({ id: applied.eventId })
        .from(applied)
        .where(after ? lt(applied.eventId, after[0]) : undefined)
        .orderBy(desc(applied.eventId))
        .limit(limit + 1);
      return pageOf(list, rows, limit, ({ id }) => [id]);
    },
  );

const client = mount(things.hono)();
const { db } = systemContext();

async function add(): Promise<string> {
  const eventId = newId();
  await db.insert(applied).values({ consumer: "test", eventId, appliedAt: 0 });
  return eventId;
}

const made: string[] = [];
for (let i = 0; i < 25; i++) made.unshift(await add());

const firstPage = async () => (await client.get("/things?limit=3")).body;
const refused = async (query: string) => {
  const { status, body } = await client.get(`/things?${query}`);
  return [status, body.code];
};

test("a list is walked once, whatever is added meanwhile", async () => {
  const seen: string[] = [];
  let cursor: string | null = "";
  for (let pages = 0; cursor !== null; pages++) {
    const address = `/things?limit=10${cursor && `&cursor=${encodeURIComponent(cursor)}`}`;
    const { body } = await client.get(address);
    expect(body.page.limit).toBe(10);
    seen.push(...body.data.map(({ id }: { id: string }) => id));
    cursor = body.page.nextCursor;
    expect(cursor === null).toBe(pages === 2);
    await add();
  }
  expect(seen).toEqual(made);
});

test("a page is twenty unless it is asked for, and the last one says so", async () => {
  const { body } = await client.get("/things");
  expect([body.data.length, body.page.limit, body.success]).toEqual([20, 20, true]);
  const all = await client.get("/things?limit=100");
  expect(all.body.page).toEqual({ nextCursor: null, limit: 100 });
});

test("a limit that is none is refused with its place", async () => {
  for (const limit of ["0", "101", "-1", "1.5", "ten", ""])
    expect(await refused(`limit=${limit}`), limit).toEqual([422, "invalid_request"]);
  const { body } = await client.get("/things?limit=0");
  expect(body.errors).toEqual([{ path: "query.limit", message: expect.any(String) }]);
});

test("a cursor that was changed anywhere is refused", async () => {
  const cursor: string = (await firstPage()).page.nextCursor;
  for (let i = 0; i < cursor.length; i++) {
    const other = cursor[i] === "A" ? "B" : "A";
    const changed = cursor.slice(0, i) + other + cursor.slice(i + 1);
    expect(await refused(`cursor=${encodeURIComponent(changed)}`), changed).toEqual([
      422,
      "invalid_cursor",
    ]);
  }
});

test("what never was a cursor is refused", async () => {
  const { nextCursor } = (await firstPage()).page;
  const [body, seal] = nextCursor.split("~");
  const hostile = ["", "~", "~~", "null", body, `${body}~`, `~${seal}`, `${body}=~${seal}`];
  for (const cursor of [
    ...hostile,
    `${nextCursor}~`,
    `${nextCursor}.x`,
    `${nextCursor}~x`,
    ` ${nextCursor}`,
    "💥",
  ])
    expect(await refused(`cursor=${encodeURIComponent(cursor)}`), cursor).toEqual([
      422,
      "invalid_cursor",
    ]);
  expect(await refused(`cursor=${"x".repeat(2_001)}`)).toEqual([422, "invalid_request"]);
});

test("a cursor serves the list and the filter that gave it out, no other", async () => {
  const cursor = encodeURIComponent((await firstPage()).page.nextCursor);
  expect(await refused(`cursor=${cursor}&kind=new`)).toEqual([422, "invalid_cursor"]);
  expect((await client.get(`/others?cursor=${cursor}`)).body.code).toBe("invalid_cursor");
  expect((await client.get(`/things?cursor=${cursor}&limit=7`)).body.data).toHaveLength(7);
});
