import { type Bytes, latin, type Measure, type Size, viewOf } from "./bytes";

/** ITU T.81, annex B: markers with segments, and after each scan its entropy-coded data. */
export const measureJpeg: Measure = (bytes) => {
  const view = viewOf(bytes);
  let size: Size | null = null;
  let hasScan = false;
  for (let at = 2; at + 4 <= bytes.length || bytes[at + 1] === 0xd9; ) {
    if (bytes[at] !== 0xff) return null;
    const marker = bytes[at + 1]!;
    if (marker === 0xff) at += 1;
    else if (marker === 0xd9) return hasScan && isHarmless(bytes, at + 2) ? size : null;
    else {
      const length = view.getUint16(at + 2);
      if (length < 2 || at + 2 + length > bytes.length) return null;
      if (isFrame(marker) && length >= 8)
        size = { width: view.getUint16(at + 7), height: view.getUint16(at + 5), frames: 1 };
      at += 2 + length;
      if (marker === 0xda) {
        hasScan = true;
        at = skipScan(bytes, at);
      }
    }
  }
  return null;
};

/** SOF0 to SOF15, but for DHT, JPG and DAC, which lie between them. */
const isFrame = (marker: number) =>
  marker >= 0xc0 && marker <= 0xcf && marker !== 0xc4 && marker !== 0xc8 && marker !== 0xcc;

function skipScan(bytes: Bytes, start: number): number {
  let at = start;
  for (;;) {
    at = bytes.indexOf(0xff, at);
    if (at === -1) return bytes.length;
    const next = bytes[at + 1]!;
    if (next !== 0 && !(next >= 0xd0 && next <= 0xd7)) return at;
    at += 2;
  }
}

/** Phones lay a second picture or a short film behind the first; anything else has no place there. */
function isHarmless(bytes: Bytes, end: number): boolean {
  let at = end;
  while (at < bytes.length && bytes[at] === 0) at += 1;
  if (at === bytes.length) return true;
  return (
    (bytes[at] === 0xff && bytes[at + 1] === 0xd8) || latin(bytes, at, at + 8).includes("ftyp")
  );
}
