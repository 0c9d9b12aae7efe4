import { and, asc, eq, exists, gte, isNull, lt, ne, sql } from "drizzle-orm";
import { alias } from "drizzle-orm/sqlite-core";
import type { AnyContext } from "../../data/context";
import { cached } from "../../http/cache";
import { refuse } from "../../http/problem";
import { iso } from "../../lib/time";
import { profileTag } from "./profile";
import type { FoundUser, PublicUser, UserSearch } from "./schema";
import { users, userWords } from "./tables";
import { prefixRange, wordsOf } from "./words";

/** Registered people who are not suspended or gone. */
const isPublic = and(ne(users.role, "visitor"), isNull(users.suspendedAt), isNull(users.deletedAt));

/**
 * People whose names have words that begin with each word asked for, whole words first. It walks
 * the index from the longest word on, and looks only at as many as it may need.
 */
export async function searchUsers(ctx: AnyContext, query: UserSearch): Promise<FoundUser[]> {
  const [first, ...others] = wordsOf(query.q).toSorted((a, b) => b.length - a.length);
  if (!first) return [];
  const [from, to] = prefixRange(first);
  const exclude = JSON.stringify(query.exclude);
  const rows = await ctx.db
    .select({ id: users.id, displayName: users.displayName, avatarUrl: users.avatar })
    .from(userWords)
    .innerJoin(users, eq(users.id, userWords.userId))
    .where(
      and(
        gte(userWords.word, from),
        lt(userWords.word, to),
        isPublic,
        sql`${users.id} NOT IN (SELECT value FROM json_each(${exclude}))`,
        ...others.map((word) => hasWord(ctx, word)),
      ),
    )
    .orderBy(asc(userWords.word), asc(userWords.userId))
    .limit(query.limit * 2);
  const found = new Map(rows.map((row) => [row.id, row]));
  return [...found.values()].slice(0, query.limit);
}

function hasWord(ctx: AnyContext, word: string) {
  const other = alias(userWords, "other");
  const [from, to] = prefixRange(word);
  return exists(
    ctx.db
      .select({ yes: sql`1` })
      .from(other)
      .where(and(eq(other.userId, users.id), gte(other.word, from), lt(other.word, to))),
  );
}

/** What anybody who is signed in may know of somebody. */
export const readUser = (ctx: AnyContext, id: string) =>
  cached(
    ctx,
    { key: `user|${id}`, shared: true, tags: [profileTag(id)], seconds: 60 },
    async (): Promise<PublicUser> => {
      const { displayName, avatar: avatarUrl, createdAt } = users;
      const row = await ctx.db
        .select({ id: users.id, displayName, avatarUrl, createdAt })
        .from(users)
        .where(and(eq(users.id, id), isPublic))
        .get();
      if (!row) throw refuse("not_found");
      return { ...row, createdAt: iso(row.createdAt) };
    },
  );
