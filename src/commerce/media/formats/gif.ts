import { type Bytes, type Measure, viewOf } from "./bytes";

/** GIF89a: a screen, then blocks until the trailer. Frames may be larger than the screen says. */
export const measureGif: Measure = (bytes) => {
  if (bytes.length < 13) return null;
  const view = viewOf(bytes);
  let width = view.getUint16(6, true);
  let height = view.getUint16(8, true);
  let frames = 0;
  let at = 13 + colours(bytes[10]!);
  while (at < bytes.length) {
    const block = bytes[at];
    if (block === 0x3b)
      return frames > 0 && at + 1 === bytes.length ? { width, height, frames } : null;
    if (block === 0x21) at = skipBlocks(bytes, at + 2);
    else if (block === 0x2c && at + 11 <= bytes.length) {
      width = Math.max(width, view.getUint16(at + 1, true) + view.getUint16(at + 5, true));
      height = Math.max(height, view.getUint16(at + 3, true) + view.getUint16(at + 7, true));
      frames += 1;
      at = skipBlocks(bytes, at + 11 + colours(bytes[at + 9]!));
    } else return null;
  }
  return null;
};

const colours = (flags: number) => (flags & 0x80 ? 3 << ((flags & 7) + 1) : 0);

function skipBlocks(bytes: Bytes, start: number): number {
  let at = start;
  while (at < bytes.length && bytes[at] !== 0) at += 1 + bytes[at]!;
  return at + 1;
}
