import type { z } from "zod";
import { MoneyError } from "../../../lib/amounts";
import { isCurrency } from "../../../lib/currencies";
import { formatDecimal, type Money, parseDecimal } from "../../../lib/money";
import { NewVariant, WholeProduct } from "../schema";
import { plainCell } from "./csv";

/** The columns that an export writes; an import takes them in any order, and `price` with `currency`. */
export const columns = [
  "product",
  "title",
  "description",
  "category",
  "tags",
  "status",
  "featured",
  "sku",
  "variant",
  "options",
  "weight",
  "oversell",
  "stock",
  "prices",
] as const;
export type Column = (typeof columns)[number] | "price" | "currency";

const Fields = WholeProduct.omit({ variants: true });
export type Fields = z.output<typeof Fields>;

/** One line: a variant, and what it says of its product. `handle` holds the lines of a product together. */
export type Row = { line: number; handle: string; fields: Fields; variant: NewVariant };
export type RowError = { line: number; message: string };

/** Columns by their place; unknown ones are null. Null if one is missing without which nothing can be sold. */
export function readHeader(cells: readonly string[]): (Column | null)[] | null {
  const known = new Set<string>([...columns, "price", "currency"]);
  const names = cells.map((cell) =>
    cell
      .replace(/^\uFEFF/, "")
      .trim()
      .toLowerCase(),
  );
  const has = (...wanted: Column[]) => wanted.every((name) => names.includes(name));
  if (!has("sku", "title") || !(has("prices") || has("price", "currency"))) return null;
  return names.map((name) => (known.has(name) ? (name as Column) : null));
}

export function readRow(
  header: readonly (Column | null)[],
  cells: readonly string[],
  line: number,
): Row | RowError {
  const cell = (name: Column) => plainCell(cells[header.indexOf(name)] ?? "").trim();
  const given = (name: Column) => cell(name) || undefined;
  try {
    const variant = NewVariant.safeParse({
      sku: cell("sku"),
      title: given("variant"),
      options: readOptions(cell("options")),
      weightGrams: readInteger(given("weight")),
      oversell: given("oversell"),
      stock: readInteger(given("stock")),
      prices: readPrices(given("prices") ?? `${cell("price")} ${cell("currency")}`),
    });
    const fields = Fields.safeParse({
      title: cell("title"),
      description: given("description"),
      category: given("category"),
      tags: listOf(cell("tags")),
      status: given("status"),
      featured: readFlag(given("featured")),
    });
    const issue = (variant.error ?? fields.error)?.issues[0];
    if (!variant.success || !fields.success)
      return { line, message: `${issue?.path.join(".")}: ${issue?.message}` };
    const handle = cell("product") || variant.data.sku;
    return { line, handle, fields: fields.data, variant: variant.data };
  } catch (error) {
    if (!(error instanceof MoneyError || error instanceof TypeError)) throw error;
    return { line, message: error.message };
  }
}

const listOf = (text: string) =>
  text
    .split(";")
    .map((part) => part.trim())
    .filter((part) => part !== "");

function readOptions(text: string): Record<string, string> {
  return Object.fromEntries(
    listOf(text).map((part) => {
      const [name = "", ...value] = part.split("=");
      return [name.trim(), value.join("=").trim()];
    }),
  );
}

function readPrices(text: string): Money[] {
  return listOf(text).map((part) => {
    const [amount = "", currency = "", more] = part.toUpperCase().split(/\s+/);
    if (more !== undefined || !isCurrency(currency))
      throw new TypeError(`prices: "${part}" is not like 19.99 EUR`);
    return parseDecimal(amount, currency);
  });
}

function readInteger(text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  if (!/^-?\d{1,15}$/.test(text)) throw new TypeError(`"${text}" is not a whole number`);
  return Number(text);
}

function readFlag(text: string | undefined): boolean | undefined {
  if (text === undefined) return undefined;
  if (!/^(true|false|yes|no|1|0)$/i.test(text))
    throw new TypeError(`"${text}" is not true or false`);
  return /^(true|yes|1)$/i.test(text);
}

export const writeOptions = (options: Record<string, string>) =>
  Object.entries(options)
    .map(([name, value]) => `${name}=${value}`)
    .join("; ");

export const writePrices = (prices: readonly Money[]) =>
  prices.map((price) => `${formatDecimal(price)} ${price.currency}`).join("; ");
