import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";

const sources = readdirSync("src", { recursive: true, encoding: "utf8" })
  .filter((name) => name.endsWith(".ts") && !name.endsWith(".test.ts"))
  .map((name) => readFileSync(join("src", name), "utf8"));

/** What tags begin with, up to what is put into them; of a constant or function its name. */
const tagsIn = (list: string) =>
  [...list.matchAll(/["'`]([^"'`$]+)|([A-Za-z]\w*)/g)].map(([, text, name]) => text ?? name);

const matches = (pattern: RegExp) =>
  sources.flatMap((source) => [...source.matchAll(pattern)].map(([, list]) => list ?? ""));

test("whatever is cached under a tag is invalidated somewhere", () => {
  const used = matches(/\btags:\s*\[([^\]]+)\][^)]*\bseconds:/g).flatMap((list) =>
    list.split(/,(?![^()]*\))/).map((tag) => tagsIn(tag)[0]),
  );
  const ended = new Set(matches(/\binvalidate\(\s*\w+,([^;]+);/g).flatMap(tagsIn));
  expect(used.length).toBeGreaterThan(0);
  for (const tag of used) expect([...ended], `no verb invalidates ${tag}`).toContain(tag);
});
