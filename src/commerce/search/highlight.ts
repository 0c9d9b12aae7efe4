import { plain } from "./terms";

const entities: Record<string, string> = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  '"': "&quot;",
  "'": "&#39;",
};
const escaped = (text: string) => text.replace(/[&<>"']/g, (character) => entities[character]!);

/** Words before the first that was found, and in all. */
const [before, shown] = [8, 24];

type Piece = { text: string; isWord: boolean };

/** Words and what stands between them. */
const piecesOf = (text: string): Piece[] =>
  text
    .split(/([\p{L}\p{N}\p{M}]+)/u)
    .map((piece, i) => ({ text: piece, isWord: i % 2 === 1 }))
    .filter((piece) => piece.text !== "");

const isFound = ({ text, isWord }: Piece, words: readonly string[]) =>
  isWord && words.some((word) => plain(text).startsWith(word));

const toHtml = (pieces: Piece[], words: readonly string[]) =>
  pieces
    .map((piece) => {
      const html = escaped(piece.text);
      return isFound(piece, words) ? `<mark>${html}</mark>` : html;
    })
    .join("");

/** The text as HTML in which nothing is markup but the marks around words that begin with one of these. */
export const highlight = (text: string, words: readonly string[]) => toHtml(piecesOf(text), words);

/** The part of a text around the first of these words, or its beginning. */
export function snippet(text: string, words: readonly string[]): string {
  const pieces = piecesOf(text);
  const first = pieces.findIndex((piece) => isFound(piece, words));
  const start = Math.max(0, first - 2 * before);
  const end = start + 2 * shown;
  const html = toHtml(pieces.slice(start, end), words).trim();
  return `${start > 0 ? "…" : ""}${html}${end < pieces.length ? "…" : ""}`;
}
