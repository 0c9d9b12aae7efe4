import { env } from "cloudflare:workers";
import { attempt } from "../../data/attempt";
import { type Bytes, latin, viewOf } from "./formats/bytes";

export const widths = [160, 480, 1200] as const;
export type Width = (typeof widths)[number];

/** Where the bytes lie in R2. The original is never served. */
export const originalOf = (key: string) => `media/${key}/original`;
export const renderingOf = (key: string, width: Width) => `media/${key}/${width}`;
export const objectsOf = (key: string) => [
  originalOf(key),
  ...widths.map((width) => renderingOf(key, width)),
];

/** The picture as WebP, no wider or higher than this, without anything but its pixels. */
export async function render(bytes: Bytes, width: Width): Promise<Bytes> {
  const call = async () => {
    const result = await env.IMAGES.input(new Blob([bytes]).stream())
      .transform({ width, height: width, fit: "scale-down" })
      .output({ format: "image/webp", quality: 82 });
    return result.response().bytes() as Promise<Bytes>;
  };
  return withoutMetadata(await attempt(call, { repeatable: true, within: 20_000 }));
}

/** RFC 9649, section 2.7: a WebP without its EXIF and XMP chunks, and without the flags for them. */
export function withoutMetadata(webp: Bytes): Bytes {
  const view = viewOf(webp);
  const kept: Bytes[] = [webp.slice(0, 12)];
  for (let at = 12; at + 8 <= webp.length; ) {
    const length = view.getUint32(at + 4, true);
    const next = Math.min(webp.length, at + 8 + length + (length & 1));
    const type = latin(webp, at, at + 4);
    const chunk = webp.slice(at, next);
    if (type === "VP8X") chunk[8]! &= ~0x0c;
    if (type !== "EXIF" && type !== "XMP ") kept.push(chunk);
    at = next;
  }
  const total = kept.reduce((sum, chunk) => sum + chunk.length, 0);
  const out = new Uint8Array(total);
  let at = 0;
  for (const chunk of kept) {
    out.set(chunk, at);
    at += chunk.length;
  }
  viewOf(out).setUint32(4, total - 8, true);
  return out;
}
