import fc from "fast-check";
import { expect, test } from "vitest";
import { csvLine, plainCell, readCsv } from "./csv";

async function* inPieces(text: string, size: number) {
  for (let at = 0; at < text.length; at += size) yield text.slice(at, at + size);
}

async function read(text: string, size = 7) {
  const records = [];
  for await (const record of readCsv(inPieces(text, size), { line: 1, offset: 0 }))
    records.push(record);
  return records;
}

test("quotes, commas and line breaks lie in quoted cells, and lines are counted", async () => {
  const text = 'sku,title\r\nA,"one, ""two"""\r\nB,"three\nfour"\nC,\r\n';
  const records = await read(text);
  expect(records.map(({ cells }) => cells)).toEqual([
    ["sku", "title"],
    ["A", 'one, "two"'],
    ["B", "three\nfour"],
    ["C", ""],
  ]);
  expect(records.map(({ line }) => line)).toEqual([1, 2, 3, 5]);
  expect(records.at(-1)?.end).toBe(text.length);
});

test("whatever is written is read again, in pieces of any size, and offsets are bytes", async () => {
  const cell = fc.string({ unit: "binary", maxLength: 12 }).map((s) => s.replace(/\0/g, ""));
  const row = fc.array(cell, { minLength: 1, maxLength: 5 });
  await fc.assert(
    fc.asyncProperty(
      fc.array(row, { minLength: 1, maxLength: 6 }),
      fc.integer({ min: 1, max: 9 }),
      async (rows, size) => {
        const text = rows.map(csvLine).join("");
        const records = await read(text, size);
        expect(records.map(({ cells }) => cells.map(plainCell))).toEqual(rows);
        expect(records.at(-1)?.end).toBe(new TextEncoder().encode(text).length);
      },
    ),
    { numRuns: 200 },
  );
});

test("nothing that is written is a formula to a spreadsheet", async () => {
  for (const text of ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", "'=1", "''=1"]) {
    const [record] = await read(csvLine([text]));
    expect(record?.cells[0], text).not.toMatch(/^[=+\-@\t\r]/);
    expect(plainCell(record?.cells[0] ?? ""), text).toBe(text);
  }
});

test("a quote that is never closed ends the reading, not the memory", async () => {
  await expect(read(`a,"${"x".repeat(300_000)}`, 10_000)).rejects.toThrow("never closed");
});
