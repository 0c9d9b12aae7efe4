import { expect, test } from "vitest";
import { stepAt, stepOf } from "./totp";

/** The secret of RFC 6238, appendix B, and the last six digits of its SHA-1 values. */
const secret = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ";
const vectors = [
  [59, "287082"],
  [1_111_111_109, "081804"],
  [1_111_111_111, "050471"],
  [1_234_567_890, "005924"],
  [2_000_000_000, "279037"],
  [20_000_000_000, "353130"],
] as const;

test.each(vectors)("at %d seconds the code is that of RFC 6238", async (seconds, code) => {
  const now = seconds * 1_000;
  expect(await stepOf(secret, code, now)).toBe(stepAt(now));
});

test("only the present step and the one before it are good", async () => {
  const now = 59_000;
  const at = (steps: number) => stepOf(secret, "287082", now + steps * 30_000);
  expect(await Promise.all([-1, 0, 1, 2].map(at))).toEqual([null, 1, 1, null]);
  for (const odd of ["287083", "28708", "2870820", "", "२८७०८२"])
    expect(await stepOf(secret, odd, now)).toBeNull();
});
