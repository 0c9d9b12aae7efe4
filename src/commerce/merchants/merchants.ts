import { and, eq, gt, sql } from "drizzle-orm";
import type { Context } from "../../data/context";
import { commit, emit } from "../../data/outbox";
import { invalidate } from "../../http/cache";
import { afterCursor, type Page, type PageQuery, pageOf } from "../../http/page";
import { refuse as refuseAny } from "../../http/problem";
import { isAtLeast } from "../../identity/roles";
import { audited } from "../../identity/trail";
import { users } from "../../identity/users/tables";
import { newId } from "../../lib/id";
import { iso } from "../../lib/time";
import { tags } from "../catalog/tags";
import { isMember, whyNotMember } from "./membership";
import { refuse } from "./problems";
import type { MerchantRole } from "./roles";
import type { Merchant, MerchantChange, NewMerchant } from "./schema";
import { merchantMembers, merchants, merchantView } from "./tables";

/** Hundredths of a percent that the platform keeps, until an administrator says otherwise. */
const usualCommission = 1_000;

type Row = {
  [K in keyof typeof merchantView]: (typeof merchants.$inferSelect)[K];
};

function present({ pausedAt, createdAt, updatedAt, ...row }: Row, role: MerchantRole | null) {
  return {
    ...row,
    role,
    paused: pausedAt !== null,
    createdAt: iso(createdAt),
    updatedAt: iso(updatedAt),
  } as Merchant;
}

/** A new tenant; whoever creates it owns it and is at least a seller from the next token on. */
export async function createMerchant(ctx: Context, input: NewMerchant): Promise<Merchant> {
  const id = newId();
  const now = Date.now();
  const row = { ...input, id, commission: usualCommission, createdAt: now, updatedAt: now };
  const [[merchant]] = await commit(
    ctx,
    [
      ctx.db.insert(merchants).values(row).returning(merchantView),
      ctx.db
        .insert(merchantMembers)
        .values({ merchantId: id, userId: ctx.actor.id, role: "owner", createdAt: now }),
      audited(ctx, { action: "merchant.created", target: ["merchant", id] }),
      ctx.db
        .update(users)
        .set({ role: "seller", updatedAt: now, version: sql`${users.version} + 1` })
        .where(and(eq(users.id, ctx.actor.id), eq(users.role, "user"))),
    ],
    `/merchants/${id}`,
  );
  return present(merchant!, "owner");
}

/** Members see their merchant, administrators every one. */
export async function readMerchant(ctx: Context, id: string): Promise<Merchant> {
  const [row] = await ctx.db
    .select({ ...merchantView, role: merchantMembers.role })
    .from(merchants)
    .leftJoin(
      merchantMembers,
      and(eq(merchantMembers.merchantId, merchants.id), eq(merchantMembers.userId, ctx.actor.id)),
    )
    .where(eq(merchants.id, id));
  if (!row || (!row.role && !isAtLeast(ctx.actor.role, "admin")))
    throw refuse("merchant_not_found");
  const { role, ...merchant } = row;
  return present(merchant, role);
}

export async function listMyMerchants(ctx: Context, query: PageQuery): Promise<Page<Merchant>> {
  const list = `merchants|${ctx.actor.id}`;
  const after = await afterCursor<readonly [string]>(list, query.cursor);
  const rows = await ctx.db
    .select({ ...merchantView, role: merchantMembers.role })
    .from(merchantMembers)
    .innerJoin(merchants, eq(merchants.id, merchantMembers.merchantId))
    .where(
      and(
        eq(merchantMembers.userId, ctx.actor.id),
        after ? gt(merchantMembers.merchantId, after[0]) : undefined,
      ),
    )
    .orderBy(merchantMembers.merchantId)
    .limit(query.limit + 1);
  const items = rows.map(({ role, ...merchant }) => present(merchant, role));
  return pageOf(list, items, query.limit, (last) => [last.id]);
}

/** Owners change the profile and pause; the commission is the administrators', who may pause too. */
export async function changeMerchant(
  ctx: Context,
  id: string,
  { paused, ...change }: MerchantChange,
): Promise<Merchant> {
  const isAdmin = isAtLeast(ctx.actor.role, "admin");
  if (change.commission !== undefined && !isAdmin)
    throw refuse("commission_is_set_by_administrators");
  const now = Date.now();
  const expected = ctx.expectedVersion;
  const [changed] = await commit(ctx, [
    ctx.db
      .update(merchants)
      .set({
        ...change,
        ...(paused !== undefined && { pausedAt: paused ? now : null }),
        updatedAt: now,
        version: sql`${merchants.version} + 1`,
      })
      .where(
        and(
          eq(merchants.id, id),
          expected === undefined ? undefined : eq(merchants.version, expected),
          isAdmin ? undefined : isMember(ctx, merchants.id, "owner"),
        ),
      )
      .returning({ id: merchants.id }),
    audited(ctx, {
      action: "merchant.changed",
      target: ["merchant", id],
      detail: {
        fields: [...Object.keys(change), ...(paused === undefined ? [] : ["paused"])].join(),
      },
    }),
    ...(paused !== undefined || change.currency
      ? [emit(ctx, "catalogue.relist", { merchantId: id, after: "" }, "JOBS")]
      : []),
  ]);
  if (changed.length === 0 && !isAdmin) {
    const problem = await whyNotMember(ctx, id, "owner");
    if (problem) throw problem;
  }
  const merchant = await readMerchant(ctx, id);
  invalidate(ctx, tags.catalogue, tags.merchants, tags.merchant(id));
  if (changed.length === 0) throw refuseAny("version_mismatch");
  return merchant;
}
