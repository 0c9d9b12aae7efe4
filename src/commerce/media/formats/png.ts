import { latin, type Measure, viewOf } from "./bytes";

/** PNG (third edition), section 5: a signature and chunks, from IHDR to IEND. */
export const measurePng: Measure = (bytes) => {
  const view = viewOf(bytes);
  let size: { width: number; height: number } | null = null;
  let hasPixels = false;
  for (let at = 8; at + 12 <= bytes.length; ) {
    const length = view.getUint32(at);
    const type = latin(bytes, at + 4, at + 8);
    const next = at + 12 + length;
    if (next > bytes.length) return null;
    if (type === "IHDR" && at === 8 && length === 13)
      size = { width: view.getUint32(at + 8), height: view.getUint32(at + 12) };
    if (type === "IDAT") hasPixels = true;
    if (type === "IEND")
      return size && hasPixels && next === bytes.length ? { ...size, frames: 1 } : null;
    at = next;
  }
  return null;
};
