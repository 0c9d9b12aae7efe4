import { marks } from "./find";

const entities: Record<string, string> = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  '"': "&quot;",
  "'": "&#39;",
};

/** Text as HTML: nothing of it is markup but the marks around what was found. */
export const markUp = (text: string): string =>
  text
    .replace(/[&<>"']/g, (character) => entities[character]!)
    .replaceAll(marks[0], "<mark>")
    .replaceAll(marks[1], "</mark>");
