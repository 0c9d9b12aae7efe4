import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { expect, test } from "vitest";

test("the module is that of the npm package, but for the memory it demands", () => {
  const ours = readFileSync("src/identity/passwords/argon2id.wasm");
  const theirs = readFileSync("node_modules/argon2id/dist/simd.wasm");
  expect(createHash("sha256").update(theirs).digest("hex")).toBe(
    "50647e10fc8e0adba4f60726f3f0d77db0e3c73516b05a83ad10390b3a8b4b0e",
  );
  const changed = [...ours.keys()].filter((at) => ours[at] !== theirs[at]);
  expect(ours).toHaveLength(theirs.length);
  expect(changed).toEqual([69, 70]);
  /** LEB128 of 305 and of 1040. */
  expect([...ours.subarray(69, 71), ...theirs.subarray(69, 71)]).toEqual([0xb1, 2, 0x90, 8]);
});
