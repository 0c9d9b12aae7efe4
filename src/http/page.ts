import { z } from "zod";
import { isSealed, seal } from "../data/secrets";
import { base64url, fromBase64url, utf8 } from "../lib/crypto";
import { refuse } from "./problem";

export type Page<T> = {
  items: T[];
  nextCursor: string | null;
  limit: number;
  /** What is told of the whole list. */
  beside?: Record<string, unknown>;
};

/** What every list takes. */
export const PageQuery = z.object({
  limit: z.coerce.number().int().min(1).max(100).default(20),
  cursor: z.string().max(2_000).optional(),
});
export type PageQuery = z.output<typeof PageQuery>;

type Key = string | number | null;

/**
 * The sort keys of the row after which a page begins, or null for the first page. The list names
 * itself and its filters, so a cursor of another list or filter is refused.
 */
export async function afterCursor<const K extends readonly Key[]>(
  list: string,
  cursor: string | undefined,
): Promise<K | null> {
  if (cursor === undefined) return null;
  const [body = "", mac = "", ...more] = cursor.split("~");
  const bytes = fromBase64url(body);
  if (!bytes || more.length > 0 || !(await isSealed("cursor", `${list}|${body}`, mac)))
    throw refuse("invalid_cursor");
  return JSON.parse(new TextDecoder().decode(bytes)) as K;
}

/** A page of rows that were read with `LIMIT limit + 1`. */
export async function pageOf<T>(
  list: string,
  rows: T[],
  limit: number,
  keys: (last: T) => readonly Key[],
): Promise<Page<T>> {
  const items = rows.slice(0, limit);
  const last = items.at(-1);
  if (rows.length <= limit || last === undefined) return { items, nextCursor: null, limit };
  const body = base64url(utf8(JSON.stringify(keys(last))));
  return { items, nextCursor: `${body}~${await seal("cursor", `${list}|${body}`)}`, limit };
}
