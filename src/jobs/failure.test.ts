import { expect, test } from "vitest";
import { Unavailable } from "../data/attempt";
import { delayOf, Permanent, reasonOf } from "./failure";

test("retries wait exponentially longer, with jitter, and never more than an hour", () => {
  for (let attempts = 1; attempts <= 9; attempts++) {
    const full = Math.min(3_600, 2 * 3 ** (attempts - 1));
    const delays = Array.from({ length: 200 }, () => delayOf(attempts));
    expect(Math.min(...delays)).toBeGreaterThanOrEqual(full / 2);
    expect(Math.max(...delays)).toBeLessThanOrEqual(full);
    if (attempts > 2) expect(new Set(delays).size).toBeGreaterThan(2);
  }
});

test("a provider that names a time is not asked before", () => {
  expect(delayOf(1, new Unavailable("rate limited", 120))).toBeGreaterThanOrEqual(120);
});

test("our own errors say what they mean, without addresses or tokens", () => {
  const token = "a".repeat(43);
  expect(reasonOf(new Permanent(`no to ada@example.com with ${token}`))).toBe(
    "Permanent: no to [address] with [long text]",
  );
});

test("of any other error only its kind is kept", () => {
  const foreign = new Error(
    "Failed query: insert into users values ('ada@example.com', 'secret')",
    {
      cause: new Error("D1_ERROR: UNIQUE constraint failed: users.email: SQLITE_CONSTRAINT"),
    },
  );
  const reason = reasonOf(foreign);
  expect(reason).toMatch(/^Error: UNIQUE constraint failed: users\.email/);
  expect(reason).not.toMatch(/secret|ada/);
  expect(reasonOf("text with ada@example.com")).not.toContain("ada");
});
