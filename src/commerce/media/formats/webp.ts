import { type Bytes, latin, type Measure, type Size, viewOf } from "./bytes";

/** RFC 9649: RIFF chunks, the first of which tells the size. */
export const measureWebp: Measure = (bytes) => {
  if (bytes.length < 30) return null;
  const view = viewOf(bytes);
  const end = 8 + view.getUint32(4, true);
  if (end !== bytes.length && end + 1 !== bytes.length) return null;
  let size: Size | null = null;
  let frames = 0;
  for (let at = 12; at < end; ) {
    if (at + 8 > end) return null;
    const type = latin(bytes, at, at + 4);
    const length = view.getUint32(at + 4, true);
    if (at + 8 + length > end) return null;
    size ??= sizeOf(type, bytes, at + 8);
    if (!size) return null;
    if (type === "ANMF" || type === "VP8 " || type === "VP8L") frames += 1;
    at += 8 + length + (length & 1);
  }
  return size && frames > 0 ? { ...size, frames } : null;
};

function sizeOf(type: string, bytes: Bytes, at: number): Size | null {
  const view = viewOf(bytes);
  const u24 = (offset: number) => view.getUint16(offset, true) | (bytes[offset + 2]! << 16);
  if (type === "VP8X") return { width: u24(at + 4) + 1, height: u24(at + 7) + 1, frames: 1 };
  if (type === "VP8L" && bytes[at] === 0x2f) {
    const bits = view.getUint32(at + 1, true);
    return { width: (bits & 0x3fff) + 1, height: ((bits >> 14) & 0x3fff) + 1, frames: 1 };
  }
  if (type === "VP8 " && latin(bytes, at + 3, at + 6) === "\x9d\x01\x2a")
    return {
      width: view.getUint16(at + 6, true) & 0x3fff,
      height: view.getUint16(at + 8, true) & 0x3fff,
      frames: 1,
    };
  return null;
}
