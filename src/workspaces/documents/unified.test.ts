import { expect, test } from "vitest";
import { unifiedDiff } from "./unified";

const names = { from: "version 1", to: "version 2" };

test("a change in the middle is one hunk with three lines around it", () => {
  const from = "1\n2\n3\n4\n5\n6\n7\n8\n9\n";
  expect(unifiedDiff(from, from.replace("5\n", "five\nfive and a half\n"), names)).toBe(
    "--- version 1\n+++ version 2\n@@ -2,7 +2,8 @@\n 2\n 3\n 4\n-5\n+five\n+five and a half\n 6\n 7\n 8\n",
  );
});

test("changes far apart are two hunks, near ones one", () => {
  const lines = Array.from({ length: 40 }, (_, n) => `${n}\n`);
  const change = (...at: number[]) =>
    lines.map((line, n) => (at.includes(n) ? `x${line}` : line)).join("");
  const hunks = (...at: number[]) =>
    unifiedDiff(lines.join(""), change(...at), names).match(/^@@/gm)?.length;
  expect(hunks(5, 30)).toBe(2);
  expect(hunks(5, 11)).toBe(1);
});

test("texts without a newline at the end, and empty ones, are told as git tells them", () => {
  expect(unifiedDiff("", "a", names)).toBe(
    "--- version 1\n+++ version 2\n@@ -0,0 +1 @@\n+a\n\\ No newline at end of file\n",
  );
  expect(unifiedDiff("a\n", "", names)).toBe("--- version 1\n+++ version 2\n@@ -1 +0,0 @@\n-a\n");
  expect(unifiedDiff("same", "same", names)).toBe("");
});
