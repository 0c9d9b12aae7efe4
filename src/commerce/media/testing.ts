import { env, exports } from "cloudflare:workers";
import { type Answer, type Api, newAddress } from "../../testing/api";
import type { Bytes } from "./formats/bytes";

type Pixel = (x: number, y: number) => readonly [number, number, number];

/** A PNG of these pixels. */
export async function png(width: number, height: number, pixel: Pixel = () => [200, 80, 40]) {
  const rows = new Uint8Array(height * (1 + 3 * width));
  for (let y = 0; y < height; y++)
    for (let x = 0; x < width; x++) rows.set(pixel(x, y), y * (1 + 3 * width) + 1 + 3 * x);
  const deflated = new Blob([rows]).stream().pipeThrough(new CompressionStream("deflate"));
  const data = new Uint8Array(await new Response(deflated).arrayBuffer());
  return pngOf(width, height, data);
}

/** A PNG that claims this size, whatever its data holds. */
export function pngOf(width: number, height: number, data: Uint8Array): Bytes {
  const header = new Uint8Array(13);
  new DataView(header.buffer).setUint32(0, width);
  new DataView(header.buffer).setUint32(4, height);
  header.set([8, 2], 8);
  const signature = Uint8Array.of(0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a);
  return join(signature, chunk("IHDR", header), chunk("IDAT", data), chunk("IEND"));
}

export function chunk(type: string, data: Uint8Array = new Uint8Array()): Bytes {
  const named = join(ascii(type), data);
  const [length, sum] = [new Uint8Array(4), new Uint8Array(4)];
  new DataView(length.buffer).setUint32(0, data.length);
  new DataView(sum.buffer).setUint32(0, crc32(named));
  return join(length, named, sum);
}

function crc32(bytes: Uint8Array): number {
  let crc = 0xffffffff;
  for (const byte of bytes) {
    crc ^= byte;
    for (let bit = 0; bit < 8; bit++) crc = (crc >>> 1) ^ (crc & 1 ? 0xedb88320 : 0);
  }
  return (crc ^ 0xffffffff) >>> 0;
}

export const ascii = (text: string) => join(Uint8Array.from(text, (c) => c.charCodeAt(0)));

export function join(...parts: readonly Uint8Array[]): Bytes {
  const out = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    out.set(part, at);
    at += part.length;
  }
  return out;
}

/** The same picture in another format. */
export async function transcode(bytes: Bytes, format: "image/jpeg" | "image/webp" | "image/avif") {
  const result = await env.IMAGES.input(new Blob([bytes]).stream()).output({ format });
  return new Uint8Array(await result.response().arrayBuffer());
}

/** A JPEG that says who took it, and how it is turned (EXIF orientation). */
export function withExif(jpeg: Bytes, orientation = 1): Bytes {
  const tiff = join(
    ascii("Exif\0\0MM\0*\0\0\0\x08\0\x02"),
    ascii(`\x01\x12\0\x03\0\0\0\x01\0${String.fromCharCode(orientation)}\0\0`),
    ascii("\x01\x3b\0\x02\0\0\0\x10\0\0\0\x26\0\0\0\0"),
    ascii("GPS-OF-MY-HOUSE\0"),
  );
  const length = tiff.length + 2;
  const marker = Uint8Array.of(0xff, 0xe1, length >> 8, length & 255);
  return join(jpeg.subarray(0, 2), marker, tiff, jpeg.subarray(2));
}

export const gif = Uint8Array.from(atob("R0lGODlhAQABAIAAAAAAAP///ywAAAAAAQABAAACAUwAOw=="), (c) =>
  c.charCodeAt(0),
);

type Sent = { name?: string; type?: string; alt?: string };

/** Sends a file as a form does. */
export function upload(
  who: Api,
  path: string,
  bytes: Uint8Array,
  sent: Sent = {},
): Promise<Answer> {
  const { name = "photo.png", type = "image/png", alt } = sent;
  const form = new FormData();
  form.set("file", new File([new Uint8Array(bytes)], name, { type }));
  if (alt !== undefined) form.set("alt", alt);
  const packed = new Request("https://rimlight.test", { method: "POST", body: form });
  return who.post(path, packed.body, {
    "content-type": packed.headers.get("content-type") ?? "",
  });
}

/** What an address answers, to the byte. */
export async function download(url: string, headers: Record<string, string> = {}) {
  const response = await exports.default.fetch(
    new Request(`https://rimlight.test${url}`, {
      headers: { "cf-connecting-ip": newAddress(), ...headers },
    }),
  );
  return { response, bytes: new Uint8Array(await response.arrayBuffer()) };
}
