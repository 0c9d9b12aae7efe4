import type * as Y from "yjs";
import { diffSequences } from "./diff";

/** In the text as it was: at this place (UTF-16) so much goes and this comes. In order, apart. */
export type Edit = { at: number; remove: number; insert: string };

const mostLines = 2_000;
const mostWords = 1_000;
/** Texts longer than this (UTF-16) are not split further, which bounds time and memory. */
const longestLines = 1_000_000;
const longestWords = 65_536;

/** What turns one text into the other: whole lines first, then the words that differ in them. */
export function textEdits(from: string, to: string): Edit[] {
  if (from === to) return [];
  const { start, tail } = commonLines(from, to);
  const before = from.slice(start, from.length - tail);
  const after = to.slice(start, to.length - tail);
  const lines =
    Math.max(before.length, after.length) > longestLines
      ? [{ at: 0, remove: before.length, insert: after }]
      : editsBy(linesOf, mostLines, before, after);
  return lines.flatMap(({ at, remove, insert }) => {
    const removed = before.slice(at, at + remove);
    const words =
      Math.max(remove, insert.length) > longestWords
        ? [{ at: 0, remove, insert }]
        : editsBy(wordsOf, mostWords, removed, insert);
    return words.map((edit) => trim(removed, edit, start + at));
  });
}

/** Lengths of the whole lines that two texts share at their beginning and at their end. */
function commonLines(from: string, to: string): { start: number; tail: number } {
  const least = Math.min(from.length, to.length);
  let start = 0;
  while (start < least && from.charCodeAt(start) === to.charCodeAt(start)) start += 1;
  start = start === 0 ? 0 : from.lastIndexOf("\n", start - 1) + 1;
  let tail = 0;
  const same = () =>
    from.charCodeAt(from.length - 1 - tail) === to.charCodeAt(to.length - 1 - tail);
  while (tail < least - start && same()) tail += 1;
  const end = from.indexOf("\n", from.length - tail);
  return { start, tail: tail === 0 || end < 0 ? 0 : from.length - end - 1 };
}

function editsBy(
  split: (text: string) => string[],
  mostEdits: number,
  from: string,
  to: string,
): Edit[] {
  const a = split(from);
  const b = split(to);
  const starts = startsOf(a);
  return diffSequences(a, b, mostEdits).map(({ aStart, aEnd, bStart, bEnd }) => {
    const at = starts[aStart]!;
    return { at, remove: starts[aEnd]! - at, insert: b.slice(bStart, bEnd).join("") };
  });
}

export const linesOf = (text: string): string[] => text.match(/[^\n]*\n|[^\n]+/g) ?? [];
/** Words, runs of space in a line, and single characters of any other kind; never half a character. */
const wordsOf = (text: string): string[] => text.match(/[\p{L}\p{N}_]+|[^\S\n]+|./gsu) ?? [];

function startsOf(parts: readonly string[]): number[] {
  const starts = [0];
  for (const part of parts) starts.push(starts.at(-1)! + part.length);
  return starts;
}

/** Leaves out what a replacement keeps at its ends, so that cursors and others' letters stay. */
function trim(text: string, { at, remove, insert }: Edit, shift: number): Edit {
  const before = [...text.slice(at, at + remove)];
  const after = [...insert];
  let head = 0;
  while (head < before.length && head < after.length && before[head] === after[head]) head += 1;
  let tail = 0;
  const rest = Math.min(before.length, after.length) - head;
  while (tail < rest && before.at(-1 - tail) === after.at(-1 - tail)) tail += 1;
  const kept = before.slice(0, head).join("").length;
  const gone = before.slice(head, before.length - tail).join("");
  const come = after.slice(head, after.length - tail).join("");
  return { at: at + kept + shift, remove: gone.length, insert: come };
}

/** Makes the edits in a shared text, the last one first so that no place moves before its turn. */
export function applyEdits(text: Y.Text, edits: readonly Edit[]): void {
  for (const { at, remove, insert } of edits.toReversed()) {
    if (remove > 0) text.delete(at, remove);
    if (insert !== "") text.insert(at, insert);
  }
}

/** The same on a plain text. */
export const edited = (text: string, edits: readonly Edit[]): string =>
  edits.reduceRight(
    (whole, { at, remove, insert }) => whole.slice(0, at) + insert + whole.slice(at + remove),
    text,
  );
