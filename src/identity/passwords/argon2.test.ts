import { expect, test } from "vitest";
import { utf8 } from "../../lib/crypto";
import { cost, decode, encode, hash } from "./argon2";

const hex = (bytes: Uint8Array) => bytes.toHex();

test("hashes are those of the reference implementation", () => {
  const salt = utf8("somesalt");
  const of = (memorySize: number, passes: number, parallelism: number) =>
    hex(hash(utf8("password"), salt, { memorySize, passes, parallelism }));
  expect(of(65_536, 2, 1)).toBe("09316115d5cf24ed5a15a31a3ba326e5cf32edc24702987c02b6566f61913cf7");
  expect(of(256, 2, 1)).toBe("9dfeb910e80bad0311fee20f9c0e2b12c17987b4cac90c2ef54d5b3021c68bfe");
  expect(of(256, 2, 2)).toBe("6d093c501fd5999645e0ea3bf620d7b8be7fd2db59c20d9fff9539da2bf57037");
});

test("a PHC string says how it was made", () => {
  const password = crypto.getRandomValues(new Uint8Array(32));
  const phc = encode(password, "v3");
  expect(phc).toMatch(/^\$argon2id\$v=19\$m=19456,t=2,p=1,keyid=v3\$/);
  const made = decode(phc);
  expect(made).toMatchObject({ cost, keyid: "v3" });
  expect(hash(password, made.salt, made.cost)).toEqual(made.tag);
  expect(encode(password, "v3")).not.toBe(phc);
});

test("what is no PHC string of ours is a fault, not a mismatch", () => {
  const phc = encode(new Uint8Array(32), "v1");
  for (const broken of ["", "x", phc.replace("argon2id", "argon2i"), phc.slice(0, -1), `${phc}A`])
    expect(() => decode(broken)).toThrow("PHC");
});
