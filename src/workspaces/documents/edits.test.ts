import fc from "fast-check";
import { expect, test } from "vitest";
import * as Y from "yjs";
import { applyEdits, edited, textEdits } from "./edits";

const words = fc.constantFrom("a", "b", "word", " ", "\n", "\n\n", "é", "👩‍👩‍👧", "𝒳", "_x1", ";");
const text = fc.array(words, { maxLength: 60 }).map((list) => list.join(""));

test("edits turn any text into any other, in a string and in a shared text", () => {
  fc.assert(
    fc.property(text, text, (from, to) => {
      const edits = textEdits(from, to);
      expect(edited(from, edits)).toBe(to);
      const shared = new Y.Doc().getText("content");
      shared.insert(0, from);
      applyEdits(shared, edits);
      expect(shared.toString()).toBe(to);
    }),
    { numRuns: 500 },
  );
});

test("edits are in order and apart, and never cut a character in half", () => {
  fc.assert(
    fc.property(text, text, (from, to) => {
      let end = -1;
      for (const { at, remove, insert } of textEdits(from, to)) {
        expect(at).toBeGreaterThanOrEqual(end);
        expect(remove + insert.length).toBeGreaterThan(0);
        end = at + remove;
        for (const part of [from.slice(0, at), from.slice(at, end), insert])
          expect(part.isWellFormed()).toBe(true);
      }
    }),
    { numRuns: 500 },
  );
});

test("one changed word is one small edit", () => {
  const line = (n: number) => `line ${n} of many\n`;
  const from = Array.from({ length: 5_000 }, (_, n) => line(n)).join("");
  const to = from.replace("line 4000 of", "line 4000 out of");
  expect(textEdits(from, to)).toEqual([
    { at: from.indexOf("of", from.indexOf("line 4000")), remove: 0, insert: "out " },
  ]);
});

test("a text of megabytes that changed everywhere is compared within a second", () => {
  const from = Array.from({ length: 60_000 }, (_, n) => `alpha ${n}\n`).join("");
  const to = Array.from({ length: 60_000 }, (_, n) => `beta ${n * 7}\n`).join("");
  const start = performance.now();
  expect(edited(from, textEdits(from, to))).toBe(to);
  expect(performance.now() - start).toBeLessThan(2_000);
});
