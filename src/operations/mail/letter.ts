import { Misconfigured } from "../../data/secrets";
import { Permanent } from "../../jobs/failure";

export type Address = { email: string; name: string };
export type Content = { subject: string; text: string; html: string };

/** What a consumer asks for. */
export type Mail = Content & { kind: string; to: Address; userId: string | null };

/** What a transport sends: every header in it is one clean line. Only `compose` makes one. */
export type Letter = Content & { id: string; kind: string; from: Address; to: Address };

/** @throws {Permanent} if nobody can be reached at that address */
export function compose(
  id: string,
  { kind, to, subject, text, html }: Mail,
  from: Address,
): Letter {
  if (!isAddress(to.email)) throw new Permanent("this is no address that mail can be sent to");
  return {
    ...{ id, kind, text, html },
    from,
    to: { email: to.email, name: oneLine(to.name, 80) },
    subject: oneLine(subject, 200),
  };
}

/** RFC 5321 without quoted or international local parts: nothing in it can end a header. */
export const isAddress = (text: string) =>
  text.length <= 254 &&
  /^[\w!#$%&'*+/=?^`{|}~-]+(?:\.[\w!#$%&'*+/=?^`{|}~-]+)*@(?:[a-z\d](?:[a-z\d-]{0,61}[a-z\d])?\.)+[a-z\d](?:[a-z\d-]{0,61}[a-z\d])$/i.test(
    text,
  ) &&
  text.indexOf("@") <= 64;

/** Controls, line ends and marks that turn the direction of writing become spaces. */
export const oneLine = (text: string, most: number) =>
  [
    ...text
      .toWellFormed()
      .replace(/[\p{Cc}\p{Zl}\p{Zp}\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]+/gu, " "),
  ]
    .slice(0, most)
    .join("")
    .trim();

/** `Name <address>` or `address`, as MAIL_FROM says it. */
export function senderOf(text: string): Address {
  const [, name = "", bracketed] = /^(.*)<([^<>]+)>\s*$/s.exec(text) ?? [];
  const email = (bracketed ?? text).trim();
  if (!isAddress(email)) throw new Misconfigured("MAIL_FROM is not: Name <address>");
  return { email, name: oneLine(name.trim().replace(/^"(.*)"$/, "$1"), 80) };
}

/** The same for every try, so that a mail program shows a doubled one once. */
export const messageIdOf = ({ id, from }: Letter) => `<${id}@${from.email.split("@")[1]}>`;
