/** One word that is looked for; `parts` find the words it may have been meant to be. */
export type Term = { expr: string; word: string; parts: string[] };

const mostTerms = 8;
const longestTerm = 40;
/** Shorter words are never taken for mistyped ones. */
export const shortestMended = 4;
const longestMended = 30;

/** Letters without their marks and case, as the index compares them. */
export const plain = (text: string): string =>
  (/\P{ASCII}/u.test(text) ? text.normalize("NFD").replace(/\p{M}/gu, "") : text).toLowerCase();

/**
 * What FTS5 is asked for, each term a quoted prefix: so whatever a text holds, operators, quotes or
 * column names, it is nothing but words. Words beyond the eighth do not count.
 */
export function termsOf(text: string): Term[] {
  const words = text.normalize("NFC").match(/[\p{L}\p{N}\p{M}]+/gu) ?? [];
  return words
    .filter((word) => /[\p{L}\p{N}]/u.test(word))
    .slice(0, mostTerms)
    .map((raw) => {
      const term = [...raw].slice(0, longestTerm).join("");
      const word = plain(term);
      return { expr: `"${term}"*`, word, parts: isMendable(word) ? partsOf(word) : [] };
    });
}

/** The words of a title or tag that a mistyped one may be mended to. */
export const vocabularyOf = (text: string): string[] => [
  ...new Set((plain(text).match(/[\p{L}\p{N}]+/gu) ?? []).filter(isMendable)),
];

function isMendable(word: string): boolean {
  const { length } = [...word];
  return length >= shortestMended && length <= longestMended && !/^\p{N}+$/u.test(word);
}

/** Its trigrams, and with a minus before them the word itself and what is left without one letter. */
export function partsOf(word: string): string[] {
  const letters = [...word];
  const padded = [" ", " ", ...letters, " "];
  const trigrams = letters.map((_, i) => padded.slice(i, i + 3).join(""));
  const last = padded.slice(-3).join("");
  const without = letters.map((_, i) => `-${letters.toSpliced(i, 1).join("")}`);
  return [...new Set([...trigrams, last, ...without, `-${word}`])];
}
