import { expect, test } from "vitest";
import { base64url, equal, fromBase64url, sha256 } from "./crypto";
import { newId } from "./id";

test("ids are version 7 and sort in the order they were made, within one millisecond too", () => {
  const ids = Array.from({ length: 10_000 }, () => newId(1_700_000_000_000));
  expect(ids[0]).toMatch(/^018bcfe5-6800-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
  expect(ids.toSorted()).toEqual(ids);
  expect(new Set(ids).size).toBe(ids.length);
});

test("only the canonical spelling of bytes is read back", () => {
  expect(fromBase64url(base64url(new Uint8Array([1, 2, 250])))).toEqual(
    new Uint8Array([1, 2, 250]),
  );
  for (const text of ["AQL6=", "AQL6 ", "AQL", "A+L6", "é"]) expect(fromBase64url(text)).toBeNull();
});

test("texts of any length compare", () => {
  expect(equal("abc", "abc")).toBe(true);
  expect(equal("abc", "abd")).toBe(false);
  expect(equal("abc", "ab")).toBe(false);
});

test("a hash is the published one", async () => {
  expect(await sha256("abc")).toBe("ungWv48Bz-pBQUDeXa4iI7ADYaOWF3qctBD_YfIAFa0");
});
