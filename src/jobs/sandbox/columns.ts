import type { Frame } from "./schema";

/** QuickJS counts code points, editors UTF-16 units. */
export function toUtf16({ line, column, ...rest }: Frame, lines: readonly string[]): Frame {
  const before = [...(lines[line - 1] ?? "")].slice(0, column - 1);
  return { ...rest, line, column: before.join("").length + 1 };
}

/** Where a place in stripped code stands in its source; stripping keeps every line where it was. */
export function toSource({ line, column, ...rest }: Frame, mappings: string): Frame {
  let generated = 0;
  let source = 0;
  let found = column;
  for (const [index, segments] of mappings.split(";", line).entries()) {
    generated = 0;
    for (const segment of segments === "" ? [] : segments.split(",")) {
      const [across = 0, , , sourceAcross = 0] = decodeNumbers(segment);
      generated += across;
      source += sourceAcross;
      if (index === line - 1 && generated < column) found = source + (column - generated);
    }
  }
  return { ...rest, line, column: found };
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
