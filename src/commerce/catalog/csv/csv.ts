/** A record of a CSV (RFC 4180): its cells, the line it begins on, and the offset after it. */
export type CsvRecord = { cells: string[]; line: number; end: number };

/** More characters in one record than anybody means. */
const longestRecord = 200_000;

/**
 * The records of a text that comes in pieces. Offsets and lines count from where the caller says
 * the text begins; offsets are bytes of UTF-8.
 */
export async function* readCsv(
  pieces: AsyncIterable<string>,
  start: { line: number; offset: number },
): AsyncGenerator<CsvRecord> {
  const encoder = new TextEncoder();
  let { line, offset } = start;
  let rest = "";
  for await (const piece of pieces) {
    rest += piece;
    let from = 0;
    for (let end = endOfRecord(rest, from); end !== -1; end = endOfRecord(rest, from)) {
      const text = rest.slice(from, end);
      offset += encoder.encode(text).length;
      yield { cells: cellsOf(text), line, end: offset };
      line += newlines(text);
      from = end;
    }
    rest = rest.slice(from);
    if (rest.length > longestRecord) throw new RangeError("a quote is never closed");
  }
  if (rest !== "") yield { cells: cellsOf(rest), line, end: offset + encoder.encode(rest).length };
}

const newlines = (text: string) => text.split("\n").length - 1;

/** Where the next record begins, or -1 if this one has not ended yet. */
function endOfRecord(text: string, from: number): number {
  let isQuoted = false;
  for (let at = from; at < text.length; at++) {
    const code = text.charCodeAt(at);
    if (code === 0x22) isQuoted = !isQuoted;
    else if (code === 0x0a && !isQuoted) return at + 1;
  }
  return -1;
}

function cellsOf(record: string): string[] {
  const text = record.replace(/\r?\n$/, "");
  const cells: string[] = [];
  let cell = "";
  let isQuoted = false;
  for (let at = 0; at < text.length; at++) {
    const char = text[at]!;
    if (char === '"') {
      if (isQuoted && text[at + 1] === '"') cell += text[++at];
      else isQuoted = !isQuoted;
    } else if (char === "," && !isQuoted) {
      cells.push(cell);
      cell = "";
    } else cell += char;
  }
  return [...cells, cell];
}

/** What a spreadsheet would take for a formula, it is to take for text (OWASP, CSV injection). */
const formula = /^[=+\-@\t\r]/;

/** One line of a CSV. */
export const csvLine = (cells: readonly string[]) => `${cells.map(csvCell).join(",")}\r\n`;

function csvCell(text: string): string {
  const safe = formula.test(text) || /^'+[=+\-@\t\r]/.test(text) ? `'${text}` : text;
  return /[",\r\n']|^\s|\s$/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}

/** The text of a cell that `csvLine` may have made harmless. */
export const plainCell = (cell: string) => (/^'+[=+\-@\t\r]/.test(cell) ? cell.slice(1) : cell);
