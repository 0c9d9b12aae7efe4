import type { Frame } from "./schema";

/** QuickJS counts code points, editors UTF-16 units. */
export function toUtf16(frames: readonly Frame[], code: string): Frame[] {
  const lines = code.split("\n");
  return frames.map((frame) => {
    const before = [...(lines[frame.line - 1] ?? "")].slice(0, frame.column - 1);
    return { ...frame, column: before.join("").length + 1 };
  });
}

/** Where places in stripped code stand in its source; stripping keeps every line where it was. */
export function toSource(frames: readonly Frame[], mappings: string): Frame[] {
  const lines = decodeLines(mappings, new Set(frames.map(({ line }) => line)));
  return frames.map((frame) => {
    const before = lines.get(frame.line)?.findLast(({ generated }) => generated < frame.column);
    return before ? { ...frame, column: frame.column - before.generated + before.source } : frame;
  });
}

interface Column {
  generated: number;
  source: number;
}

/** The columns of the lines asked for; each source column is told by its distance from the one before it. */
function decodeLines(mappings: string, wanted: ReadonlySet<number>): Map<number, Column[]> {
  const lines = new Map<number, Column[]>();
  let source = 0;
  for (const [index, segments] of mappings.split(";", Math.max(...wanted)).entries()) {
    let generated = 0;
    const columns: Column[] = [];
    for (const segment of segments === "" ? [] : segments.split(",")) {
      const [across = 0, , , sourceAcross = 0] = decodeNumbers(segment);
      generated += across;
      source += sourceAcross;
      columns.push({ generated, source });
    }
    if (wanted.has(index + 1)) lines.set(index + 1, columns);
  }
  return lines;
}

const DIGITS = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

/** Base 64 VLQ as in source maps: five bits a digit, the sixth says that more follow, the lowest bit is the sign. */
function decodeNumbers(text: string): number[] {
  const numbers: number[] = [];
  let value = 0;
  let shift = 0;
  for (const character of text) {
    const digit = DIGITS.indexOf(character);
    value += (digit & 31) << shift;
    shift += 5;
    if (digit & 32) continue;
    numbers.push(value & 1 ? -(value >> 1) : value >> 1);
    value = 0;
    shift = 0;
  }
  return numbers;
}
