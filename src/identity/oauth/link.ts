import { and, desc, eq, or, sql } from "drizzle-orm";
import type { Context } from "../../data/context";
import { commit } from "../../data/outbox";
import { refuse as refuseAny } from "../../http/problem";
import { iso } from "../../lib/time";
import { audited } from "../trail";
import { refuse } from "./problems";
import type { Identity } from "./schema";
import { identities, identityView } from "./tables";

/** By whom else one can sign in. */
export async function listIdentities(ctx: Context): Promise<Identity[]> {
  const rows = await ctx.db
    .select(identityView)
    .from(identities)
    .where(eq(identities.userId, ctx.actor.id))
    .orderBy(desc(identities.id))
    .limit(100);
  return rows.map(({ createdAt, lastUsedAt, ...row }) => {
    return { ...row, createdAt: iso(createdAt), lastUsedAt: iso(lastUsedAt) };
  });
}

/** Cuts a tie, unless it is the only way in. */
export async function unlinkIdentity(ctx: Context, id: string): Promise<void> {
  const userId = ctx.actor.id;
  const has = (from: string) => sql`EXISTS (SELECT 1 FROM ${sql.identifier(from)}
    WHERE user_id = ${userId})`;
  const other = sql`EXISTS (SELECT 1 FROM identities other
    WHERE other.user_id = ${userId} AND other.id <> ${identities.id})`;
  const [gone, , left] = await commit(ctx, [
    ctx.db
      .delete(identities)
      .where(
        and(
          eq(identities.id, id),
          eq(identities.userId, userId),
          or(has("passwords"), has("passkeys"), other),
        ),
      )
      .returning({ id: identities.id }),
    audited(ctx, { action: "identity.unlinked", target: ["user", userId] }),
    ctx.db
      .select({ id: identities.id })
      .from(identities)
      .where(and(eq(identities.id, id), eq(identities.userId, userId))),
  ]);
  if (gone.length === 0) throw left.length > 0 ? refuse("last_sign_in") : refuseAny("not_found");
}
