import { expect, test } from "vitest";
import { highlight, snippet } from "./highlight";

test("words are marked from their beginning, whatever their case and accents", () => {
  expect(highlight("A Lámpa, a LAMP; not clamp", ["lamp"])).toBe(
    "A <mark>Lámpa</mark>, a <mark>LAMP</mark>; not clamp",
  );
});

test("nothing of the text is markup", () => {
  expect(highlight(`<b onclick='x("lamp")'>&amp;</b>`, ["lamp", "b"])).toBe(
    "&lt;<mark>b</mark> onclick=&#39;x(&quot;<mark>lamp</mark>&quot;)&#39;&gt;&amp;amp;&lt;/<mark>b</mark>&gt;",
  );
});

test("a snippet begins eight words before the first that was found", () => {
  const words = Array.from({ length: 60 }, (_, i) => `w${i}`);
  const cut = snippet(words.join(" "), ["w30"]);
  expect(cut).toMatch(/^…w22 .* <mark>w30<\/mark> .* w45…$/);
  expect(snippet(words.join(" "), ["none"])).toMatch(/^w0 .* w23…$/);
  expect(snippet("w1 and that is all", ["w1"])).toBe("<mark>w1</mark> and that is all");
  expect(snippet("", ["w1"])).toBe("");
});
