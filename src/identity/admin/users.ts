import { and, desc, eq, isNotNull, isNull, lt, type SQL, sql } from "drizzle-orm";
import type { AnyContext } from "../../data/context";
import { afterCursor, type Page, pageOf } from "../../http/page";
import { refuse } from "../../http/problem";
import { iso } from "../../lib/time";
import { present } from "../users/profile";
import { profileView, users, userWords } from "../users/tables";
import { prefixRange, wordsOf } from "../users/words";
import type { AdminUser, UserFilter } from "./schema";

export const adminView = {
  ...profileView,
  suspendedAt: users.suspendedAt,
  deletedAt: users.deletedAt,
};
type Row = { [K in keyof typeof adminView]: (typeof users.$inferSelect)[K] };

export const presentToAdmin = ({ suspendedAt, deletedAt, ...row }: Row): AdminUser => ({
  ...present(row),
  suspendedAt: iso(suspendedAt),
  deletedAt: iso(deletedAt),
});

const inState: Record<NonNullable<UserFilter["status"]>, SQL | undefined> = {
  active: and(isNull(users.suspendedAt), isNull(users.deletedAt), isNull(users.mergedInto)),
  suspended: isNotNull(users.suspendedAt),
  deleted: isNotNull(users.deletedAt),
};

/** Everybody, the newest first. */
export async function listUsers(ctx: AnyContext, filter: UserFilter): Promise<Page<AdminUser>> {
  const { q, role, status, isVerified, limit, cursor } = filter;
  const list = JSON.stringify(["admin-users", q, role, status, isVerified]);
  const after = await afterCursor<readonly [string]>(list, cursor);
  const rows = await ctx.db
    .select(adminView)
    .from(users)
    .where(
      and(
        ...(q ? matches(q) : []),
        role && eq(users.role, role),
        status && inState[status],
        isVerified && (isVerified === "true" ? isNotNull : isNull)(users.verifiedAt),
        after ? lt(users.id, after[0]) : undefined,
      ),
    )
    .orderBy(desc(users.id))
    .limit(limit + 1);
  return pageOf(list, rows.map(presentToAdmin), limit, ({ id }) => [id]);
}

/** Each word begins a word of the name, or what was asked for begins the address. */
function matches(q: string): SQL[] {
  const [from, to] = prefixRange(q.toLowerCase());
  const address = sql`SELECT id FROM users WHERE email >= ${from} AND email < ${to}`;
  if (q.includes("@")) return [sql`${users.id} IN (${address})`];
  return wordsOf(q).map((word) => {
    const [first, last] = prefixRange(word);
    const named = sql`SELECT ${userWords.userId} FROM ${userWords}
      WHERE ${userWords.word} >= ${first} AND ${userWords.word} < ${last}`;
    return sql`${users.id} IN (${named} UNION ${address})`;
  });
}

export async function readUserAsAdmin(ctx: AnyContext, id: string): Promise<AdminUser> {
  const row = await ctx.db.select(adminView).from(users).where(eq(users.id, id)).get();
  if (!row) throw refuse("not_found");
  return presentToAdmin(row);
}
