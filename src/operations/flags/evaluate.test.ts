import { expect, test } from "vitest";
import { newId } from "../../lib/id";
import { evaluate, TargetingKeyMissing } from "./evaluate";
import type { Flag } from "./schema";

const flag = (more: Partial<Flag> = {}): Flag => ({
  ...{ key: "new-look", description: "", type: "string", enabled: true, version: 1 },
  ...{ variants: { old: "o", new: "n" }, offVariant: "old", rules: [] },
  ...{ otherwise: { variant: "old" }, createdAt: "", updatedAt: "" },
  ...more,
});
const share = (percent: number): Flag["otherwise"] => ({
  split: [
    { variant: "new", percent },
    { variant: "old", percent: 100 - percent },
  ],
});
const keys = Array.from({ length: 10_000 }, () => newId());
const chosen = (one: Flag) =>
  keys.filter((targetingKey) => evaluate(one, { targetingKey }).variant === "new");

test("a flag that is off serves its off variant, whatever its rules say", () => {
  const off = flag({ enabled: false, otherwise: { variant: "new" } });
  expect(evaluate(off, {})).toMatchObject({ value: "o", reason: "DISABLED" });
});

test("the first rule that holds decides, and all of a condition must hold", () => {
  const [ada, project] = [newId(), newId()];
  const ruled = flag({
    rules: [
      { when: { userIds: [ada], projectIds: [project] }, serve: { variant: "new" } },
      { when: { roles: ["admin", "seller"] }, serve: { variant: "new" } },
    ],
  });
  const of = (subject: object) => evaluate(ruled, subject).reason;
  expect(of({ userId: ada, projectId: project })).toBe("TARGETING_MATCH");
  expect(of({ userId: ada })).toBe("STATIC");
  expect(of({ role: "seller" })).toBe("TARGETING_MATCH");
  expect(of({})).toBe("STATIC");
});

test("a percentage is about that share, the same each time, and a larger one keeps all it had", () => {
  const [tenth, half] = [
    chosen(flag({ otherwise: share(10) })),
    chosen(flag({ otherwise: share(50) })),
  ];
  expect(tenth.length / keys.length).toBeCloseTo(0.1, 1);
  expect(half.length / keys.length).toBeGreaterThan(0.48);
  expect(half.length / keys.length).toBeLessThan(0.52);
  expect(chosen(flag({ otherwise: share(10) }))).toEqual(tenth);
  expect(tenth.filter((key) => !half.includes(key))).toEqual([]);
  expect(chosen(flag({ otherwise: share(0) }))).toEqual([]);
  expect(chosen(flag({ otherwise: share(100) }))).toHaveLength(keys.length);
});

test("two flags choose independently of each other", () => {
  const one = new Set(chosen(flag({ otherwise: share(50) })));
  const both = chosen(flag({ key: "other", otherwise: share(50) })).filter((key) => one.has(key));
  expect(both.length / keys.length).toBeGreaterThan(0.23);
  expect(both.length / keys.length).toBeLessThan(0.27);
});

test("a place never moves: these are written down", () => {
  const at = (key: string) =>
    evaluate(flag({ otherwise: share(50) }), { targetingKey: key }).variant;
  expect(["ada", "bob", "carol", "dave", "eve", "Zoë"].map(at)).toMatchInlineSnapshot(`
    [
      "old",
      "old",
      "old",
      "old",
      "new",
      "old",
    ]
  `);
});

test("nobody is on a side without a targeting key", () => {
  expect(() => evaluate(flag({ otherwise: share(50) }), {})).toThrow(TargetingKeyMissing);
});
