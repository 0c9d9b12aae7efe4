import { env } from "cloudflare:workers";
import { expect, test } from "vitest";
import { partsOf, termsOf, vocabularyOf } from "./terms";

const exprs = (text: string) => termsOf(text).map(({ expr }) => expr);

test("a text is looked for word by word, each from its beginning", () => {
  expect(exprs("Desk lamp")).toEqual(['"Desk"*', '"lamp"*']);
  expect(termsOf("Lámpa")[0]).toMatchObject({ word: "lampa" });
});

test.each([
  ['" OR 1 --', ['"OR"*', '"1"*']],
  ['title:lamp NOT "x', ['"title"*', '"lamp"*', '"NOT"*', '"x"*']],
  ["NEAR(a b, 3) ^a + b*", ['"NEAR"*', '"a"*', '"b"*', '"3"*', '"a"*', '"b"*']],
  ["\u0000lamp\u0001", ['"lamp"*']],
  ["%_*'\"();", []],
  ["🕯️🕯️", []],
  ["x".repeat(200), [`"${"x".repeat(40)}"*`]],
  ["a b c d e f g h i j", ["a", "b", "c", "d", "e", "f", "g", "h"].map((one) => `"${one}"*`)],
])("nothing of %j is an operator", (text, expected) => {
  expect(exprs(text)).toEqual(expected);
});

test("the vocabulary has the words of four letters and more, without marks and case", () => {
  expect(vocabularyOf("The Lámpa of 2024, a LAMPA — Größe!")).toEqual(["lampa", "große"]);
});

test("the database takes a word apart as the code does", async () => {
  for (const word of ["lamp", "größe", "ab𝒳cd", "desklamp"]) {
    const { results } = await env.SEARCH.prepare(
      `WITH RECURSIVE places (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM places WHERE n < 31)
       SELECT substr('  ' || ?1 || ' ', n, 3) AS part FROM places WHERE n <= length(?1) + 1
       UNION SELECT '-' || substr(?1, 1, n - 1) || substr(?1, n + 1) FROM places
         WHERE n <= length(?1) + 1`,
    )
      .bind(word)
      .all<{ part: string }>();
    expect(results.map(({ part }) => part).sort(), word).toEqual(partsOf(word).sort());
  }
});
