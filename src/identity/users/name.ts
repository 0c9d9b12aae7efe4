/** Controls, line breaks, and the marks that turn the direction of the text around them. */
const unsafe = /[\p{Cc}\p{Zl}\p{Zp}\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069\ufeff]/u;

/** A name as it is stored, or null if it is empty, too long (80 code points) or could mislead. */
export function normalizeName(text: string): string | null {
  if (text.length > 400 || !text.isWellFormed()) return null;
  const name = text
    .normalize("NFC")
    .trim()
    .replace(/\p{Zs}+/gu, " ");
  const visible = name.replace(/[\p{Cf}\p{M}\s]/gu, "");
  if (!visible || [...name].length > 80 || unsafe.test(name)) return null;
  return name;
}
