import { env } from "cloudflare:workers";
import { beforeAll, expect, test, vi } from "vitest";
import { api, data, type Json } from "../../testing/api";
import { addProduct, type Shop, shop } from "../catalog/testing";
import { inspectPicture } from "./inspect";
import { objectsOf } from "./render";
import { ascii, download, join, png, pngOf, transcode, upload, withExif } from "./testing";

let ada: Shop;
beforeAll(async () => {
  ada = await shop();
});

const keyOf = (image: Json) => image.url.split("/").at(-1);
const objects = async (key: string) => {
  const found = await Promise.all(objectsOf(key).map((name) => env.MEDIA.head(name)));
  return found.filter((object) => object !== null).length;
};
const photo = () => png(1600, 800, (x, y) => [x & 255, y & 255, (x ^ y) & 255]);

test("an image is shown with its product, and thumbnails follow", async () => {
  const { id } = await addProduct(ada);
  const path = `/products/${id}/images`;
  const image = await data(201, upload(ada.api, path, await photo(), { alt: "A lamp, lit" }));
  expect(image).toMatchObject({ alt: "A lamp, lit", width: 1600, height: 800 });
  expect((await api().get(`/products/${id}`)).data.images).toEqual([image]);
  const { body } = await api().get(`/products?merchantId=${ada.merchantId}&limit=1`);
  expect(body.data[0].image).toEqual(image);

  await vi.waitUntil(async () => (await objects(keyOf(image))) === 4, 10_000);
  for (const [width, url] of Object.entries<string>(image.thumbnails)) {
    const { response, bytes } = await download(url);
    expect(response.headers.get("content-type")).toBe("image/webp");
    expect(inspectPicture(bytes)).toEqual({
      type: "image/webp",
      width: Number(width),
      height: Number(width) / 2,
    });
  }
});

test("whatever was sent, what is served says nothing of place, camera or owner", async () => {
  const { id } = await addProduct(ada);
  const jpeg = withExif(await transcode(await png(600, 300), "image/jpeg"));
  const image = await data(201, upload(ada.api, `/products/${id}/images`, jpeg));
  await vi.waitUntil(async () => (await objects(keyOf(image))) === 4, 10_000);
  for (const url of [image.url, ...Object.values<string>(image.thumbnails)]) {
    const text = new TextDecoder("latin1").decode((await download(url)).bytes);
    expect(text.startsWith("RIFF")).toBe(true);
    expect(text).not.toMatch(/Exif|EXIF|XMP|GPS/);
  }
});

test("a photograph taken with a turned camera stands upright", async () => {
  const { id } = await addProduct(ada);
  const jpeg = withExif(await transcode(await png(600, 300), "image/jpeg"), 6);
  const image = await data(201, upload(ada.api, `/products/${id}/images`, jpeg));
  expect(image).toMatchObject({ width: 300, height: 600 });
  const { bytes } = await download(image.url);
  expect(inspectPicture(bytes)).toMatchObject({ width: 300, height: 600 });
});

test("an image is removed from everywhere, its original too", async () => {
  const { id } = await addProduct(ada);
  const path = `/products/${id}/images`;
  const image = await data(201, upload(ada.api, path, await png(20, 20)));
  await vi.waitUntil(async () => (await objects(keyOf(image))) === 4, 10_000);
  await data(204, ada.api.delete(`${path}/${image.id}`));
  expect(await objects(keyOf(image))).toBe(0);
  expect((await download(image.url)).response.status).toBe(404);
  expect((await api().get(`/products/${id}`)).data.images).toEqual([]);
  expect((await ada.api.delete(`${path}/${image.id}`)).body.code).toBe("image_not_found");
});

test("who may not change the product adds and removes nothing, and cannot tell that it is there", async () => {
  const eve = await shop();
  const { id } = await addProduct(ada, { status: "draft" });
  const path = `/products/${id}/images`;
  const image = await data(201, upload(ada.api, path, await png(20, 20)));
  const before = await env.DB.prepare("SELECT count(*) AS n FROM media").first("n");
  expect((await upload(eve.api, path, await png(20, 20))).body.code).toBe("product_not_found");
  expect((await upload(api(), path, await png(20, 20))).status).toBe(401);
  const removal = await eve.api.delete(`${path}/${image.id}`);
  expect(removal.body.code).toBe("product_not_found");
  const other = await addProduct(eve);
  const across = await eve.api.delete(`/products/${other.id}/images/${image.id}`);
  expect(across.body.code).toBe("image_not_found");
  expect(await env.DB.prepare("SELECT count(*) AS n FROM media").first("n")).toBe(before);
  expect((await download(image.url)).response.status).toBe(200);
});

test("hostile and broken files are refused by what they hold, and leave nothing behind", async () => {
  const { id } = await addProduct(ada);
  const path = `/products/${id}/images`;
  const good = await png(20, 20);
  const files: [string, Uint8Array, number, string][] = [
    ["an SVG", ascii("<svg onload=alert(1)>"), 415, "file_unsupported"],
    ["a page", ascii("<!doctype html><script>"), 415, "file_unsupported"],
    ["a bomb", pngOf(50_000, 50_000, new Uint8Array(9)), 422, "picture_too_large"],
    ["a picture cut short", good.slice(0, -20), 422, "file_broken"],
    ["a zip behind a picture", join(good, ascii("PK\x03\x04")), 422, "file_broken"],
    ["pixels that are none", pngOf(20, 20, ascii("not deflated")), 422, "file_broken"],
    ["nothing", new Uint8Array(), 415, "file_unsupported"],
  ];
  for (const [what, bytes, status, code] of files) {
    const answer = await upload(ada.api, path, bytes);
    expect([answer.status, answer.body.code], what).toEqual([status, code]);
  }
  const large = await upload(ada.api, path, new Uint8Array(10 * 1_048_576 + 1));
  expect([large.status, large.body.code]).toEqual([413, "body_too_large"]);
  const json = await ada.api.post(path, { file: "no" });
  expect([json.status, json.body.code]).toEqual([415, "unsupported_media_type"]);
  const odd = { "content-type": "multipart/form-data; boundary=x" };
  expect((await ada.api.post(path, "no form", odd)).body.code).toBe("unreadable_body");
  const empty = await ada.api.post(path, "--x--\r\n", odd);
  expect(empty.body.code).toBe("file_missing");
  expect((await ada.api.get(`/products/${id}`)).data.images).toEqual([]);
});

test("a product has twenty images and no more, also when they come at once", async () => {
  const { id } = await addProduct(ada);
  const bytes = await png(2, 2);
  const answers = await Promise.all(
    Array.from({ length: 24 }, () => upload(ada.api, `/products/${id}/images`, bytes)),
  );
  const codes = answers.map(({ status, body }) => body.code ?? status);
  expect(codes.filter((code) => code === 201)).toHaveLength(20);
  expect(codes.filter((code) => code === "too_many_images")).toHaveLength(4);
});
