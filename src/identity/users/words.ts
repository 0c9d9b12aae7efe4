import { eq, sql } from "drizzle-orm";
import type { BatchItem } from "drizzle-orm/batch";
import type { AnyContext } from "../../data/context";
import { userWords } from "./tables";

const most = 12;
const longest = 40;

/** The words of a name as they are looked for: without case and accents. */
export function wordsOf(text: string): string[] {
  const plain = text.normalize("NFKD").replace(/\p{M}/gu, "").toLowerCase();
  const words = plain.split(/[^\p{L}\p{N}]+/u).filter(Boolean);
  return [...new Set(words.map((word) => [...word].slice(0, longest).join("")))].slice(0, most);
}

/** From the word itself to the last one that begins with it. */
export const prefixRange = (word: string) => [word, `${word}\u{10ffff}`] as const;

/** Statements that make a person be found by this name, and by no other. */
export function indexingName(ctx: AnyContext, userId: string, name: string): BatchItem<"sqlite">[] {
  const words = JSON.stringify(wordsOf(name));
  return [
    ctx.db.delete(userWords).where(eq(userWords.userId, userId)),
    ctx.db.insert(userWords).select(sql`SELECT value, ${userId} FROM json_each(${words})`),
  ];
}
