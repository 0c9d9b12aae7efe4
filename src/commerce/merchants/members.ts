import { and, eq, gt, ne, sql } from "drizzle-orm";
import type { Context } from "../../data/context";
import { violates } from "../../data/database";
import { commit } from "../../data/outbox";
import { afterCursor, type Page, type PageQuery, pageOf } from "../../http/page";
import { audited } from "../../identity/trail";
import { users } from "../../identity/users/tables";
import { iso } from "../../lib/time";
import { isMember, roleIn, whyNotMember } from "./membership";
import { refuse } from "./problems";
import type { Member, NewMember } from "./schema";
import { merchantMembers } from "./tables";

export async function listMembers(
  ctx: Context,
  merchantId: string,
  { limit, cursor }: PageQuery,
): Promise<Page<Member>> {
  const list = `members|${merchantId}`;
  const after = await afterCursor<readonly [string]>(list, cursor);
  const rows = await ctx.db
    .select({
      userId: merchantMembers.userId,
      displayName: users.displayName,
      role: merchantMembers.role,
      createdAt: merchantMembers.createdAt,
    })
    .from(merchantMembers)
    .innerJoin(users, eq(users.id, merchantMembers.userId))
    .where(
      and(
        eq(merchantMembers.merchantId, merchantId),
        isMember(ctx, sql`${merchantId}`, "staff"),
        after ? gt(merchantMembers.userId, after[0]) : undefined,
      ),
    )
    .orderBy(merchantMembers.userId)
    .limit(limit + 1);
  if (rows.length === 0 && !(await roleIn(ctx, merchantId))) throw refuse("merchant_not_found");
  const items = rows.map((row) => ({ ...row, createdAt: iso(row.createdAt) }));
  return pageOf(list, items, limit, (last) => [last.userId]);
}

/** Adds a person, or changes the role of a member; the last owner stays owner. */
export async function putMember(ctx: Context, merchantId: string, input: NewMember): Promise<void> {
  const { userId, role } = input;
  const now = Date.now();
  const mayAdd = and(
    isMember(ctx, sql`${merchantId}`, "owner"),
    role === "owner" ? undefined : keepsAnOwner(ctx, merchantId, userId),
  );
  const [added] = await commit(ctx, [
    ctx.db
      .insert(merchantMembers)
      .select(sql`SELECT ${merchantId}, ${userId}, ${role}, ${now} WHERE ${mayAdd}`)
      .onConflictDoUpdate({
        target: [merchantMembers.merchantId, merchantMembers.userId],
        set: { role: sql`excluded.role` },
      })
      .returning({ userId: merchantMembers.userId }),
    audited(ctx, {
      action: "merchant.member_set",
      target: ["merchant", merchantId],
      detail: { userId, role },
    }),
  ]).catch((error) => {
    throw violates(error, "FOREIGN KEY") ? refuse("person_not_found") : error;
  });
  if (added.length > 0) return;
  throw (await whyNotMember(ctx, merchantId, "owner")) ?? refuse("last_owner");
}

/** Owners remove anybody, everybody may leave; the last owner can do neither. */
export async function removeMember(ctx: Context, merchantId: string, userId: string) {
  const leaves = userId === ctx.actor.id;
  const [removed] = await commit(ctx, [
    ctx.db
      .delete(merchantMembers)
      .where(
        and(
          eq(merchantMembers.merchantId, merchantId),
          eq(merchantMembers.userId, userId),
          keepsAnOwner(ctx, merchantId, userId),
          leaves ? undefined : isMember(ctx, sql`${merchantId}`, "owner"),
        ),
      )
      .returning({ userId: merchantMembers.userId }),
    audited(ctx, {
      action: "merchant.member_removed",
      target: ["merchant", merchantId],
      detail: { userId },
    }),
  ]);
  if (removed.length > 0) return;
  const problem = await whyNotMember(ctx, merchantId, leaves ? "staff" : "owner");
  if (problem) throw problem;
  const isThere = await ctx.db
    .select({ role: merchantMembers.role })
    .from(merchantMembers)
    .where(and(eq(merchantMembers.merchantId, merchantId), eq(merchantMembers.userId, userId)))
    .get();
  throw refuse(isThere ? "last_owner" : "member_not_found");
}

/** Somebody other than this person owns the merchant too, or this person does not. */
const keepsAnOwner = (ctx: Context, merchantId: string, userId: string) => {
  const owner = (who: ReturnType<typeof eq>) =>
    ctx.db
      .select({ yes: sql`1` })
      .from(merchantMembers)
      .where(
        and(eq(merchantMembers.merchantId, merchantId), eq(merchantMembers.role, "owner"), who),
      );
  return sql`(EXISTS ${owner(ne(merchantMembers.userId, userId))}
    OR NOT EXISTS ${owner(eq(merchantMembers.userId, userId))})`;
};
