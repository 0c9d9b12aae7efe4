import { env } from "cloudflare:workers";
import { beforeAll, expect, test } from "vitest";
import { systemContext } from "../../data/context";
import { data, type Json } from "../../testing/api";
import { type Person, person } from "../../testing/people";
import { sweepMedia } from "./files";
import { objectsOf } from "./render";
import { ascii, download, png, upload } from "./testing";

let ada: Person;
let avatar: Json;
beforeAll(async () => {
  ada = await person();
  avatar = await data(201, upload(ada.api, "/media?purpose=avatar", await png(40, 40)));
});

test("a picture is kept by caches for ever, and can do nothing in a browser", async () => {
  const { response, bytes } = await download(avatar.url);
  expect(response.status).toBe(200);
  expect(Object.fromEntries(response.headers)).toMatchObject({
    "cache-control": "public, max-age=31536000, immutable",
    "content-security-policy": "sandbox; default-src 'none'",
    "content-type": "image/webp",
    "x-content-type-options": "nosniff",
    "accept-ranges": "bytes",
    "content-length": String(bytes.length),
  });
});

test("who has it is not sent it again", async () => {
  const etag = (await download(avatar.url)).response.headers.get("etag") ?? "";
  expect(etag).toMatch(/^".+"$/);
  const again = await download(avatar.url, { "if-none-match": etag });
  expect([again.response.status, again.bytes.length]).toEqual([304, 0]);
  const other = await download(avatar.url, { "if-none-match": '"other"' });
  expect(other.response.status).toBe(200);
});

test("a part is sent of what is asked for in parts", async () => {
  const { bytes: whole, response } = await download(avatar.url);
  const size = whole.length;
  const part = async (range: string, more = {}) => download(avatar.url, { range, ...more });
  for (const [range, start, end] of [
    ["bytes=0-3", 0, 4],
    ["bytes=10-", 10, size],
    ["bytes=-5", size - 5, size],
    [`bytes=4-${size + 100}`, 4, size],
  ] as const) {
    const answer = await part(range);
    expect(answer.response.status, range).toBe(206);
    expect(answer.bytes, range).toEqual(whole.slice(start, end));
    expect(answer.response.headers.get("content-range")).toBe(`bytes ${start}-${end - 1}/${size}`);
  }
  const beyond = await part(`bytes=${size}-`);
  expect(beyond.response.status).toBe(416);
  expect(beyond.response.headers.get("content-range")).toBe(`bytes */${size}`);
  for (const range of ["bytes=5-2", "bytes=0-1,3-4", "lines=1-2", "bytes=-"])
    expect((await part(range)).bytes.length, range).toBe(size);
  const etag = response.headers.get("etag") ?? "";
  expect((await part("bytes=0-3", { "if-range": etag })).response.status).toBe(206);
  expect((await part("bytes=0-3", { "if-range": '"old"' })).response.status).toBe(200);
});

test("an attachment that is no picture is only ever saved", async () => {
  const name = "../../etc/Grüße 'x'.pdf";
  const pdf = ascii("%PDF-1.4\n<script>alert(1)</script>\n%%EOF\n");
  const sent = upload(ada.api, "/media?purpose=attachment", pdf, { name, type: "text/html" });
  const file = await data(201, sent);
  expect(file).toMatchObject({ type: "application/pdf", width: null, thumbnails: null });
  const { response, bytes } = await download(file.url);
  expect(bytes).toEqual(pdf);
  expect(response.headers.get("content-disposition")).toBe(
    "attachment; filename*=UTF-8''Gr%C3%BC%C3%9Fe%20%27x%27.pdf",
  );
  expect(response.headers.get("content-security-policy")).toContain("sandbox");
  const asAvatar = await upload(ada.api, "/media?purpose=avatar", pdf);
  expect(asAvatar.body.code).toBe("file_unsupported");
});

test("nothing else of the bucket can be reached", async () => {
  await env.MEDIA.put("private/secret.csv", "secret");
  for (const key of [
    "private/secret.csv",
    "..%2Fprivate%2Fsecret.csv",
    "p00",
    `${avatar.key}_2000`,
  ]) {
    const { response } = await download(`/api/v1/media/${key}`);
    expect([404, 422], key).toContain(response.status);
  }
  const original = await download(`/api/v1/media/${avatar.key}%2Foriginal`);
  expect(original.response.status).toBe(422);
});

test("a file is deleted by its owner alone, and the sweep leaves no row of it", async () => {
  const [eve, file] = [
    await person(),
    await data(201, upload(ada.api, "/media?purpose=attachment", ascii("hello"))),
  ];
  expect((await eve.api.delete(`/media/${file.id}`)).body.code).toBe("media_not_found");
  await data(204, ada.api.delete(`/media/${file.id}`));
  expect((await download(file.url)).response.status).toBe(404);
  expect(await sweepMedia(systemContext())).toBe(0);
  expect(await sweepMedia(systemContext(), Date.now() + 3_700_000)).toBe(1);
});

test("an upload that broke off in the middle is swept away, bytes and row", async () => {
  const key = `p${"0".repeat(32)}`;
  await env.DB.prepare(
    `INSERT INTO media (id, key, owner_id, purpose, state, type, name, bytes, created_at, updated_at)
     VALUES ('m1', ?, ?, 'avatar', 'pending', 'image/png', 'x', 1, 0, 0)`,
  )
    .bind(key, ada.id)
    .run();
  const [original] = objectsOf(key);
  await env.MEDIA.put(original!, "bytes");
  expect(await sweepMedia(systemContext())).toBe(1);
  expect(await env.MEDIA.head(original!)).toBeNull();
});
