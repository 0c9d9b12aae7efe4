import { beforeAll, expect, test } from "vitest";
import { utf8 } from "../../lib/crypto";
import type { Bytes } from "./formats/bytes";
import { inspectAttachment, inspectPicture } from "./inspect";
import { ascii, chunk, gif, join, png, pngOf, transcode, withExif } from "./testing";

let photo: Bytes;
let pictures: Record<string, Bytes>;

beforeAll(async () => {
  photo = await png(30, 20, (x, y) => [x * 8, y * 12, (x * y) % 256]);
  pictures = {
    "image/png": photo,
    "image/jpeg": await transcode(photo, "image/jpeg"),
    "image/webp": await transcode(photo, "image/webp"),
    "image/avif": await transcode(photo, "image/avif"),
  };
});

test("each format is known by its content, and its size is read from it", () => {
  for (const [type, bytes] of Object.entries(pictures))
    expect(inspectPicture(bytes), type).toEqual({ type, width: 30, height: 20 });
  expect(inspectPicture(gif)).toEqual({ type: "image/gif", width: 1, height: 1 });
  const exif = withExif(pictures["image/jpeg"]!);
  expect(inspectPicture(exif)).toMatchObject({ type: "image/jpeg", width: 30 });
});

test("a file that is cut short anywhere is refused, and so is one that goes on after its end", () => {
  for (const [type, bytes] of Object.entries({ ...pictures, "image/gif": gif })) {
    for (let n = 32; n < bytes.length; n += Math.max(1, bytes.length >> 5))
      expect(inspectPicture(bytes.slice(0, n)), `${type} ${n}`).toBe("broken");
    const zip = join(bytes, ascii("PK\x03\x04 a zip behind a picture"));
    expect(inspectPicture(zip), type).toBe("broken");
  }
});

test("a film behind a photograph, as phones lay it there, is no harm", () => {
  const film = join(ascii("\0\0\0\x18ftypmp42"), new Uint8Array(500).fill(7));
  const moving = join(pictures["image/jpeg"]!, film);
  expect(inspectPicture(moving)).toMatchObject({ type: "image/jpeg" });
});

test("a small file that claims to be huge is refused before it is decoded", () => {
  const data = new Uint8Array(20);
  for (const [width, height] of [
    [50_000, 50_000],
    [8_000, 8_000],
    [30_000, 1],
    [4_294_967_295, 4_294_967_295],
  ] as const)
    expect(inspectPicture(pngOf(width, height, data))).toBe("too_large");
  const huge = gif.slice();
  huge.set([0x50, 0xc3, 0x50, 0xc3], 6);
  expect(inspectPicture(huge)).toBe("too_large");
  expect(inspectPicture(pngOf(0, 10, data))).toBe("broken");
});

test("what is no picture is not made one by its name: SVG, HTML, scripts, archives, nothing", () => {
  for (const text of [
    '<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>',
    '<?xml version="1.0"?><svg/>',
    "<!doctype html><script>alert(1)</script>",
    "GIF",
    "BM",
    "PK\x03\x04",
    "",
  ])
    expect(inspectPicture(ascii(text)), text).toBe("unsupported");
});

test("a picture that is also a page, a script or a document is refused", () => {
  const [head, rest] = [photo.subarray(0, 33), photo.subarray(33)];
  for (const text of [
    "<script>alert(1)</script>",
    "<HTML>",
    "<svg onload=alert(1)>",
    "<?php system($_GET[0]) ?>",
    "%PDF-1.7",
  ]) {
    const both = join(head, chunk("tEXt", ascii(`Comment\0${text}`)), rest);
    expect(inspectPicture(both), text).toBe("disguised");
  }
  const comment = ascii("\x21\xfe\x08<script>\0");
  expect(inspectPicture(join(gif.subarray(0, 19), comment, gif.subarray(19)))).toBe("disguised");
});

test("an attachment may be a PDF or plain text, and nothing that runs", () => {
  expect(inspectAttachment(ascii("%PDF-1.4\n...\n%%EOF\n"))).toMatchObject({
    type: "application/pdf",
  });
  expect(inspectAttachment(ascii("%PDF-1.4 cut"))).toBe("broken");
  expect(inspectAttachment(utf8("Grüße\n"))).toMatchObject({
    type: "text/plain",
  });
  expect(inspectAttachment(Uint8Array.of(0xff, 0xfe, 65, 0))).toBe("unsupported");
  expect(inspectAttachment(ascii("MZ\0\0"))).toBe("unsupported");
  expect(inspectAttachment(photo)).toMatchObject({ type: "image/png" });
});
