import fc from "fast-check";
import { expect, test } from "vitest";
import { canonicalJson } from "./canonicalJson";

test("equal values have one spelling, whatever the order of their keys", () => {
  expect(canonicalJson({ b: [1, { z: null, y: "é\n" }], a: true, none: undefined })).toBe(
    '{"a":true,"b":[1,{"y":"é\\n","z":null}]}',
  );
  const reversed = (value: unknown): unknown =>
    Array.isArray(value)
      ? value.map(reversed)
      : typeof value === "object" && value !== null
        ? Object.fromEntries(
            Object.entries(value)
              .reverse()
              .map(([key, member]) => [key, reversed(member)]),
          )
        : value;
  const value = fc.letrec((tie) => ({
    any: fc.oneof(
      { depthSize: "small" },
      fc.integer(),
      fc.string(),
      fc.boolean(),
      fc.array(tie("any")),
      fc.dictionary(fc.string(), tie("any")),
    ),
  })).any;
  fc.assert(
    fc.property(value, (any) => {
      expect(canonicalJson(reversed(any))).toBe(canonicalJson(any));
      expect(JSON.parse(canonicalJson(any))).toEqual(any);
    }),
  );
});

test("what has several spellings is refused", () => {
  for (const value of [0.1, Number.NaN, 2 ** 53, undefined, 1n, [undefined], { a: () => 1 }])
    expect(() => canonicalJson(value)).toThrow("not canonical JSON");
});
