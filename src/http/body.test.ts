import { expect, test } from "vitest";
import { z } from "zod";
import { mount } from "../testing/mount";
import { anyone } from "./guard";
import { router } from "./route";

const things = router("Things");
const Thing = z.object({ name: z.string().max(10), tags: z.array(z.string()).default([]) });
const spec = { auth: anyone, body: Thing, returns: { 201: z.unknown() } } as const;

things.post("/things", "Create a thing", spec, ({ body }) => body);
things.post("/large", "Create more", { ...spec, maxBody: 2_000_000 }, ({ body }) => body);
things.delete("/things", "Delete all", { auth: anyone, returns: { 204: null } }, () => null);

const client = mount(things.hono)();
const post = (body: unknown, more = {}) => client.post("/things", body, more);

test("a body that is not JSON is unreadable", async () => {
  for (const text of ["", "{", "nonsense", "{'name':'a'}", '{"name":"a"}}', "\ufeff{", "\u0000"]) {
    const { status, body } = await post(text);
    expect([status, body.code], JSON.stringify(text)).toEqual([400, "unreadable_body"]);
  }
});

test("a body that is another kind of JSON says where it is wrong", async () => {
  for (const text of ["null", "[]", "7", '"a"', "[".repeat(50_000) + "]".repeat(50_000)]) {
    const { status, body } = await post(text);
    expect([status, body.code]).toEqual([422, "invalid_request"]);
    expect(body.errors[0].path).toBe("body");
  }
  const { body } = await post({ name: "far too long", tags: ["a", 7] });
  expect(body.errors.map(({ path }: { path: string }) => path)).toEqual([
    "body.name",
    "body.tags.1",
  ]);
  expect((await post({ name: "a", tags: Array(200).fill(1) })).body.errors).toHaveLength(50);
});

test("only JSON is taken for JSON", async () => {
  for (const type of ["text/plain", "application/x-www-form-urlencoded", "multipart/form-data", ""])
    expect((await post({ name: "a" }, { "content-type": type })).body.code, type).toBe(
      "unsupported_media_type",
    );
  for (const type of ["application/json", "application/json; charset=utf-8"])
    expect((await post({ name: "a" }, { "content-type": type })).status).toBe(201);
});

test("a mebibyte is enough, unless a route says otherwise", async () => {
  const large = JSON.stringify({ name: "a", tags: ["x".repeat(1_048_576)] });
  const refused = await post(large);
  expect([refused.status, refused.body.code]).toEqual([413, "body_too_large"]);
  expect((await client.post("/large", large)).status).toBe(201);
  expect((await client.delete("/things", large)).status).toBe(413);
  expect((await client.delete("/things")).status).toBe(204);
});

test("a body of untold length is counted as it comes", async () => {
  const chunk = new TextEncoder().encode("x".repeat(100_000));
  let chunks = 0;
  const body = new ReadableStream({
    pull(controller) {
      chunks += 1;
      controller.enqueue(chunk);
      if (chunks === 100) controller.close();
    },
  });
  const { status } = await client.request("POST", "/things", body);
  expect(status).toBe(413);
  expect(chunks).toBeLessThan(20);
});

test("what is not known is ignored, and pollutes nothing", async () => {
  const text = '{"name":"a","role":"admin","__proto__":{"role":"admin"},"constructor":1}';
  const { status, data } = await post(text);
  expect([status, data]).toEqual([201, { name: "a", tags: [] }]);
  expect(({} as { role?: string }).role).toBeUndefined();
});
