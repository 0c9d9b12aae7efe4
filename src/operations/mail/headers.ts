import { utf8 } from "../../lib/crypto";
import { type Address, type Letter, messageIdOf } from "./letter";

const encodedLength = 45;

/** RFC 2047: as it is in printable ASCII, else encoded words of at most 75 characters. */
export function encodeText(text: string): string {
  if (/^[\x20-\x7e]*$/.test(text) && !text.includes("=?")) return text;
  const words: string[] = [];
  let word = "";
  for (const character of text) {
    if (utf8(word + character).length > encodedLength) {
      words.push(word);
      word = "";
    }
    word += character;
  }
  return [...words, word].map((part) => `=?UTF-8?B?${utf8(part).toBase64()}?=`).join("\r\n ");
}

/** RFC 5322, section 3.4. */
export function encodeAddress({ name, email }: Address): string {
  if (!name) return email;
  const isAscii = /^[\x20-\x7e]*$/.test(name) && !name.includes("=?");
  const isAtoms = /^[\w !#$%&'*+/=?^`{|}~-]+$/.test(name);
  const quoted = `"${name.replace(/["\\]/g, "\\$&")}"`;
  return `${isAscii ? (isAtoms ? name : quoted) : encodeText(name)} <${email}>`;
}

/** The headers as they go over the wire. */
export const headersOf = (letter: Letter, date: Date): Record<string, string> => ({
  Date: date.toUTCString().replace("GMT", "+0000"),
  From: encodeAddress(letter.from),
  To: encodeAddress(letter.to),
  Subject: encodeText(letter.subject),
  "Message-ID": messageIdOf(letter),
  "MIME-Version": "1.0",
  "Content-Type": 'multipart/alternative; charset="utf-8"',
  "Auto-Submitted": "auto-generated",
});
