import { type Edit, textEdits } from "./edits";

/** What I changed since `base`, to be made in `current`: nothing that others typed meanwhile is lost. */
export function mergeEdits(base: string, mine: string, current: string): Edit[] {
  if (mine === current) return [];
  const edits = textEdits(base, mine);
  return base === current ? edits : rebase(edits, textEdits(base, current));
}

/** Moves edits of one text to where their places are after `theirs`, which others made in it. */
export function rebase(mine: readonly Edit[], theirs: readonly Edit[]): Edit[] {
  return mine
    .filter((edit) => !theirs.some((other) => isSame(edit, other)))
    .flatMap(({ at, remove, insert }) => {
      const kept = survivors(at, at + remove, theirs).map(({ start, end }): Edit => {
        return { at: moved(start, theirs), remove: end - start, insert: "" };
      });
      const first = kept[0];
      const place = moved(at, theirs);
      if (insert === "") return kept;
      if (first?.at === place) return [{ ...first, insert }, ...kept.slice(1)];
      return [{ at: place, remove: 0, insert }, ...kept];
    });
}

const isSame = (a: Edit, b: Edit) =>
  a.at === b.at && a.remove === b.remove && a.insert === b.insert;

/** A place after others' edits; what they inserted exactly there stands before it. */
function moved(place: number, theirs: readonly Edit[]): number {
  let shift = 0;
  for (const { at, remove, insert } of theirs) {
    if (at > place) break;
    shift += insert.length - Math.min(remove, place - at);
  }
  return place + shift;
}

/** The parts of a range that others did not remove, cut where they inserted. */
function survivors(start: number, end: number, theirs: readonly Edit[]) {
  const parts: { start: number; end: number }[] = [];
  let from = start;
  for (const { at, remove } of theirs) {
    if (at + remove < start || at >= end) continue;
    if (at > from) parts.push({ start: from, end: at });
    from = Math.max(from, at + remove);
  }
  if (from < end) parts.push({ start: from, end });
  return parts;
}
