import { expect, test } from "vitest";
import { latin, viewOf } from "./formats/bytes";
import { inspectPicture } from "./inspect";
import { withoutMetadata } from "./render";
import { ascii, join, png, transcode } from "./testing";

const riff = (type: string, data: Uint8Array) => {
  const length = new Uint8Array(4);
  new DataView(length.buffer).setUint32(0, data.length, true);
  return join(ascii(type), length, data, new Uint8Array(data.length & 1));
};

test("a WebP is served without EXIF and XMP, whatever the renderer left in it", async () => {
  const bare = await transcode(await png(8, 8), "image/webp");
  const header = Uint8Array.of(0x2c, 0, 0, 0, 7, 0, 0, 7, 0, 0);
  const full = join(
    bare.subarray(0, 12),
    riff("VP8X", header),
    bare.subarray(12),
    riff("EXIF", ascii("where I live")),
    riff("XMP ", ascii("<x:xmpmeta/>!")),
  );
  viewOf(full).setUint32(4, full.length - 8, true);
  expect(inspectPicture(full)).toMatchObject({ type: "image/webp", width: 8 });
  const clean = withoutMetadata(full);
  expect(latin(clean, 0, clean.length)).not.toMatch(/EXIF|XMP|where I live/);
  expect(clean[20]).toBe(0x20);
  expect(inspectPicture(clean)).toEqual({ type: "image/webp", width: 8, height: 8 });
  expect(withoutMetadata(bare)).toEqual(bare);
});
