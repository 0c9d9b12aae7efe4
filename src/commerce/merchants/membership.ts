import { and, eq, exists, inArray, type SQL, sql } from "drizzle-orm";
import type { SQLiteColumn } from "drizzle-orm/sqlite-core";
import type { Context } from "../../data/context";
import { refuse } from "./problems";
import { type MerchantRole, merchantRoles } from "./roles";
import { merchantMembers } from "./tables";

/** For a WHERE clause: the person who asks is a member, of this role or a higher one. */
export function isMember(ctx: Context, merchant: SQLiteColumn | SQL, least: MerchantRole): SQL {
  const enough = merchantRoles.slice(merchantRoles.indexOf(least));
  return exists(
    ctx.db
      .select({ yes: sql`1` })
      .from(merchantMembers)
      .where(
        and(
          sql`${merchantMembers.merchantId} = ${merchant}`,
          eq(merchantMembers.userId, ctx.actor.id),
          inArray(merchantMembers.role, enough),
        ),
      ),
  );
}

/**
 * Why a write that asked for membership matched nothing: 404 to strangers, 403 to members whose
 * role is too low, and undefined for members who may, so that the cause lies elsewhere.
 */
export async function whyNotMember(ctx: Context, merchantId: string, least: MerchantRole) {
  const role = await roleIn(ctx, merchantId);
  if (!role) return refuse("merchant_not_found");
  const isEnough = merchantRoles.indexOf(role) >= merchantRoles.indexOf(least);
  return isEnough ? undefined : refuse("merchant_role_required");
}

/** The role of the person who asks in a merchant, from the primary database; null for strangers. */
export async function roleIn(ctx: Context, merchantId: string): Promise<MerchantRole | null> {
  const row = await ctx.db
    .select({ role: merchantMembers.role })
    .from(merchantMembers)
    .where(
      and(eq(merchantMembers.merchantId, merchantId), eq(merchantMembers.userId, ctx.actor.id)),
    )
    .get();
  return row?.role ?? null;
}
