import { type Bytes, latin, type Measure, viewOf } from "./bytes";

/** ISO/IEC 14496-12: boxes; the largest `ispe` among the item properties is the picture's size. */
export const measureAvif: Measure = (bytes) => {
  let width = 0;
  let height = 0;
  const view = viewOf(bytes);
  const isWhole = walk(bytes, 0, bytes.length, (type, start, end) => {
    if (type === "meta") return start + 4;
    if (type === "iprp" || type === "ipco") return start;
    if (type === "ispe" && end - start >= 12) {
      width = Math.max(width, view.getUint32(start + 4));
      height = Math.max(height, view.getUint32(start + 8));
    }
    return null;
  });
  return isWhole && width > 0 && height > 0 ? { width, height, frames: 1 } : null;
};

/** Visits each box; where the visitor says an offset, the boxes from there too. */
function walk(
  bytes: Bytes,
  from: number,
  to: number,
  visit: (type: string, start: number, end: number) => number | null,
): boolean {
  const view = viewOf(bytes);
  let at = from;
  while (at + 8 <= to) {
    const short = view.getUint32(at);
    const isLong = short === 1 && at + 16 <= to;
    const length = isLong ? Number(view.getBigUint64(at + 8)) : short === 0 ? to - at : short;
    const head = isLong ? 16 : 8;
    if (length < head || at + length > to) return false;
    const inside = visit(latin(bytes, at + 4, at + 8), at + head, at + length);
    if (inside !== null && !walk(bytes, inside, at + length, visit)) return false;
    at += length;
  }
  return at === to;
}
