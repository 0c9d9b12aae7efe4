import { diffSequences, type Region } from "./diff";
import { linesOf } from "./edits";

const context = 3;
const mostEdits = 4_000;

/** The unified difference of two texts as `diff -u` and git write it; empty if they are equal. */
export function unifiedDiff(from: string, to: string, names: { from: string; to: string }): string {
  const a = linesOf(from);
  const b = linesOf(to);
  const regions = diffSequences(a, b, mostEdits);
  if (regions.length === 0) return "";
  const hunks = hunksOf(regions).map((hunk) => writeHunk(a, b, hunk));
  return `--- ${names.from}\n+++ ${names.to}\n${hunks.join("")}`;
}

/** Regions whose contexts touch are told together. */
function hunksOf(regions: readonly Region[]): Region[][] {
  const hunks: Region[][] = [];
  for (const region of regions) {
    const last = hunks.at(-1)?.at(-1);
    if (last && region.aStart - last.aEnd <= 2 * context) hunks.at(-1)!.push(region);
    else hunks.push([region]);
  }
  return hunks;
}

function writeHunk(a: readonly string[], b: readonly string[], hunk: readonly Region[]): string {
  const first = hunk[0]!;
  const last = hunk.at(-1)!;
  const aStart = Math.max(0, first.aStart - context);
  const aEnd = Math.min(a.length, last.aEnd + context);
  const bStart = first.bStart - (first.aStart - aStart);
  const bEnd = last.bEnd + (aEnd - last.aEnd);
  const lines: string[] = [];
  let at = aStart;
  for (const region of hunk) {
    lines.push(...a.slice(at, region.aStart).map((line) => mark(" ", line)));
    lines.push(...a.slice(region.aStart, region.aEnd).map((line) => mark("-", line)));
    lines.push(...b.slice(region.bStart, region.bEnd).map((line) => mark("+", line)));
    at = region.aEnd;
  }
  lines.push(...a.slice(at, aEnd).map((line) => mark(" ", line)));
  return `@@ -${range(aStart, aEnd)} +${range(bStart, bEnd)} @@\n${lines.join("")}`;
}

const mark = (sign: string, line: string) =>
  line.endsWith("\n") ? sign + line : `${sign}${line}\n\\ No newline at end of file\n`;

/** Lines count from 1; an empty range names the line before it. */
function range(start: number, end: number): string {
  const count = end - start;
  if (count === 1) return `${start + 1}`;
  return count === 0 ? `${start},0` : `${start + 1},${count}`;
}
