import fc from "fast-check";
import { expect, test } from "vitest";
import { edited, textEdits } from "./edits";
import { mergeEdits, rebase } from "./merge";

const merged = (base: string, mine: string, current: string) =>
  edited(current, mergeEdits(base, mine, current));

test("what two people changed in different places is both there", () => {
  const base = "one\ntwo\nthree\n";
  expect(merged(base, "one\ntwo!\nthree\n", "zero\none\ntwo\nthree\n")).toBe(
    "zero\none\ntwo!\nthree\n",
  );
});

test("what others typed inside a part that I removed stays", () => {
  expect(merged("keep this part", "keep ", "keep this NEW part")).toContain("NEW");
});

test("what both removed is removed once, and what both changed alike is there once", () => {
  expect(merged("a b c d", "a d", "a b d")).toBe("a d");
  expect(merged("old\nrest\n", "new\nrest\n", "new\nrest\nmore\n")).toBe("new\nrest\nmore\n");
});

test("writing the same text again, with a base that is old, changes nothing", () => {
  expect(mergeEdits("a\n", "a b\n", "a b\n")).toEqual([]);
});

const words = fc.constantFrom("a", "b", "cd", " ", "\n", "𝒳");
const text = fc.array(words, { maxLength: 40 }).map((list) => list.join(""));
const insertions = fc.array(fc.nat(40), { maxLength: 4 });

/** Puts a mark at each place, at a character's boundary. */
function withMarks(base: string, places: number[], mark: (n: number) => string): string {
  const characters = [...base];
  for (const [n, place] of places.entries()) {
    characters.splice(Math.min(place, characters.length), 0, mark(n));
  }
  return characters.join("");
}

test("marks that others inserted and marks of mine are all there once, whatever was removed", () => {
  fc.assert(
    fc.property(text, text, insertions, insertions, (base, rest, mine, theirs) => {
      const current = withMarks(base, theirs, (n) => `<T${n}>`);
      const wanted = withMarks(rest, mine, (n) => `<M${n}>`);
      const result = merged(base, wanted, current);
      for (const n of mine.keys()) expect(result.split(`<M${n}>`)).toHaveLength(2);
      const theirEdits = textEdits(base, current);
      const left = edited(current, rebase(textEdits(base, ""), theirEdits));
      for (const n of theirs.keys()) expect(left.split(`<T${n}>`)).toHaveLength(2);
      expect(result.isWellFormed()).toBe(true);
    }),
    { numRuns: 500 },
  );
});
