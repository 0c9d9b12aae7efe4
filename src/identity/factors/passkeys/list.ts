import { and, asc, eq, gt } from "drizzle-orm";
import type { Context } from "../../../data/context";
import { commit, emit } from "../../../data/outbox";
import { afterCursor, type Page, type PageQuery, pageOf } from "../../../http/page";
import { refuse } from "../../../http/problem";
import { iso } from "../../../lib/time";
import { audited } from "../../trail";
import type { Passkey } from "./schema";
import { passkeys, passkeyView } from "./tables";

type Row = Omit<Passkey, "createdAt" | "lastUsedAt"> & {
  createdAt: number;
  lastUsedAt: number | null;
};
export const present = (row: Row): Passkey => ({
  ...row,
  createdAt: iso(row.createdAt),
  lastUsedAt: iso(row.lastUsedAt),
});

const mine = (ctx: Context, id: string) =>
  and(eq(passkeys.id, id), eq(passkeys.userId, ctx.actor.id));

/** One's own passkeys, the oldest first. */
export async function listPasskeys(
  ctx: Context,
  { limit, cursor }: PageQuery,
): Promise<Page<Passkey>> {
  const list = `passkeys|${ctx.actor.id}`;
  const after = await afterCursor<readonly [string]>(list, cursor);
  const rows = await ctx.db
    .select(passkeyView)
    .from(passkeys)
    .where(and(eq(passkeys.userId, ctx.actor.id), after ? gt(passkeys.id, after[0]) : undefined))
    .orderBy(asc(passkeys.id))
    .limit(limit + 1);
  return pageOf(list, rows.map(present), limit, ({ id }) => [id]);
}

export async function readPasskey(ctx: Context, id: string): Promise<Passkey> {
  const row = await ctx.db.select(passkeyView).from(passkeys).where(mine(ctx, id)).get();
  if (!row) throw refuse("not_found");
  return present(row);
}

export async function namePasskey(ctx: Context, id: string, name: string): Promise<Passkey> {
  const [row] = await ctx.db
    .update(passkeys)
    .set({ name })
    .where(mine(ctx, id))
    .returning(passkeyView);
  if (!row) throw refuse("not_found");
  return present(row);
}

export async function removePasskey(ctx: Context, id: string): Promise<void> {
  const [removed] = await commit(ctx, [
    ctx.db.delete(passkeys).where(mine(ctx, id)).returning({ id: passkeys.id }),
    audited(ctx, { action: "passkey.removed", target: ["passkey", id] }),
    emit(ctx, "security.changed", { userId: ctx.actor.id, change: "passkey_removed" }),
  ]);
  if (removed.length === 0) throw refuse("not_found");
}
