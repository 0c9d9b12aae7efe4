import { expect, test } from "vitest";
import { Misconfigured } from "../../data/secrets";
import { Permanent } from "../../jobs/failure";
import { encodeAddress, encodeText, headersOf } from "./headers";
import { compose, isAddress, type Mail, senderOf } from "./letter";

const from = { email: "no-reply@rimlight.dev", name: "Rimlight" };
const mail = (more: Partial<Mail> = {}): Mail => ({
  ...{ kind: "test", userId: null, subject: "Hello", text: "text", html: "<p>html</p>" },
  to: { email: "ada@example.com", name: "Ada" },
  ...more,
});

/** Reads RFC 2047 encoded words back, as a mail program does. */
const decode = (text: string) =>
  text
    .replace(/\?=\r\n =\?UTF-8\?B\?/g, "?==?UTF-8?B?")
    .replace(/=\?UTF-8\?B\?([^?]*)\?=/g, (_, part) =>
      new TextDecoder().decode(Uint8Array.fromBase64(part)),
    );

test("no name and no subject can add a header", () => {
  const attacks = [
    "\r\nBcc: all@example.com",
    "\nBcc: x",
    "\rBcc: x",
    "\0",
    "\u2028Bcc: x",
    "\u0085B",
  ];
  for (const attack of attacks) {
    const name = `Ada${attack}`;
    const letter = compose(
      "id",
      mail({ to: { email: "ada@example.com", name }, subject: name }),
      from,
    );
    expect(letter.to.name + letter.subject).not.toMatch(/[\p{Cc}\p{Zl}\p{Zp}]/u);
    for (const value of Object.values(headersOf(letter, new Date())))
      expect(value).not.toMatch(/\r(?!\n )|(?<!\r)\n|\n(?! )|\0/);
  }
});

test("an address that could end a header or name a second person is refused", () => {
  for (const email of [
    "ada@example.com\r\nBcc: eve@example.com",
    "ada@example.com, eve@example.com",
    "ada@example.com;eve@example.com",
    "<ada@example.com>",
    '"ada eve"@example.com',
    "ada@example",
    "ada@-example.com",
    "ada@exa mple.com",
    "ada@@example.com",
    "@example.com",
    "ada@",
    ".ada@example.com",
    "ada..b@example.com",
    "ada\0@example.com",
    "ада@example.com",
    `${"a".repeat(65)}@example.com`,
    `a@${"b".repeat(63)}.${"c".repeat(63)}.${"d".repeat(63)}.${"e".repeat(63)}.com`,
  ])
    expect(() => compose("id", mail({ to: { email, name: "" } }), from), email).toThrow(Permanent);
});

test("ordinary addresses are not refused", () => {
  for (const email of [
    "a@b.io",
    "first.last+tag@sub.example.co.uk",
    "o'hara@xn--bcher-kva.example",
  ])
    expect(isAddress(email), email).toBe(true);
});

test("names are quoted or encoded as RFC 5322 and 2047 ask, and come back whole", () => {
  const email = "a@b.io";
  expect(encodeAddress({ name: "", email })).toBe("a@b.io");
  expect(encodeAddress({ name: "Ada Lovelace", email })).toBe("Ada Lovelace <a@b.io>");
  expect(encodeAddress({ name: 'Smith, "J"\\', email })).toBe('"Smith, \\"J\\"\\\\" <a@b.io>');
  expect(encodeAddress({ name: "eve@evil.example", email })).toBe('"eve@evil.example" <a@b.io>');
  expect(encodeAddress({ name: "=?UTF-8?Q?Ada?=", email })).toMatch(/^=\?UTF-8\?B\?/);
  for (const name of ["Zoë", "山田太郎", "👩‍👩‍👧‍👦".repeat(11), "Ærøskøbing ".repeat(7).trim()]) {
    const encoded = encodeAddress({ name, email });
    expect(encoded).toMatch(/^[\x20-\x7e\r\n]*$/);
    for (const line of encoded.split("\r\n")) expect(line.length).toBeLessThanOrEqual(90);
    for (const word of encoded.match(/=\?\S+\?=/g) ?? [])
      expect(word.length).toBeLessThanOrEqual(75);
    expect(decode(encoded)).toBe(`${name} <a@b.io>`);
  }
  expect(decode(encodeText("Überraschung"))).toBe("Überraschung");
});

test("the sender is read as the configuration writes it", () => {
  expect(senderOf("Rimlight <no-reply@rimlight.dev>")).toEqual(from);
  expect(senderOf('"Shop, Ltd" <a@b.io>')).toEqual({ email: "a@b.io", name: "Shop, Ltd" });
  expect(senderOf("a@b.io")).toEqual({ email: "a@b.io", name: "" });
  for (const text of ["", "Rimlight", "Rimlight <nobody>", "a@b.io\r\nBcc: c@d.io"])
    expect(() => senderOf(text)).toThrow(Misconfigured);
});
