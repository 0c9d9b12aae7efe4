const most = { characters: 512, segment: 128, depth: 32 };

/** The one spelling of a path below the project (`src/main.ts`), or null if it is none. */
export function normalizePath(text: string): string | null {
  if (!text.isWellFormed()) return null;
  const path = text.normalize("NFC");
  const segments = path.split("/");
  const isGood = (one: string) =>
    one !== "" &&
    one.trim() === one &&
    one !== "." &&
    one !== ".." &&
    one.length <= most.segment &&
    !/[\p{Cc}\p{Cf}\\:*?"<>|]/u.test(one);
  return path.length <= most.characters && segments.length <= most.depth && segments.every(isGood)
    ? path
    : null;
}

/** The folders that a path lies in: of `a/b/c`, `a` and `a/b`. */
export function foldersOf(path: string): string[] {
  const segments = path.split("/").slice(0, -1);
  return segments.map((_, i) => segments.slice(0, i + 1).join("/"));
}
