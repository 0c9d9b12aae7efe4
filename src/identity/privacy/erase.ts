import { and, isNull, lte, sql } from "drizzle-orm";
import type { AnyContext, Context } from "../../data/context";
import { demand, isUnmet } from "../../data/demand";
import { commit, emit, send } from "../../data/outbox";
import { invalidate } from "../../http/cache";
import { describe, log } from "../../http/log";
import { audited } from "../trail";
import { profileTag } from "../users/profile";
import { users } from "../users/tables";
import { keepers } from "./keepers";
import { regret } from "./restore";

/** Every night: erases who was deleted 30 days ago and did not come back. */
export async function eraseDeleted(
  ctx: Context<null>,
  now = Date.now(),
  limit = 100,
): Promise<void> {
  const due = await ctx.db
    .select({ id: users.id })
    .from(users)
    .where(and(lte(users.deletedAt, now - regret), isNull(users.anonymisedAt)))
    .orderBy(users.deletedAt)
    .limit(limit);
  for (const { id } of due)
    await erase(ctx, id, now).catch((error) => {
      if (!isUnmet(error)) log("error", "person_not_erased", { id, error: describe(error) });
    });
  await send(ctx);
}

/** All at once or not at all, and only while it is still due. */
async function erase(ctx: AnyContext, id: string, now: number): Promise<void> {
  const isDue = sql`EXISTS (SELECT 1 FROM users WHERE id = ${id} AND anonymised_at IS NULL
    AND deleted_at <= ${now - regret})`;
  const { account, ...others } = keepers;
  const [closed, ...more] = account!.forget!(ctx, id, now);
  await commit(ctx, [
    demand(ctx, isDue),
    closed!,
    emit(ctx, "user.anonymised", { userId: id }),
    audited(ctx, { action: "user.anonymised", target: ["user", id] }),
    ...more,
    ...Object.values(others).flatMap((keeper) => keeper.forget?.(ctx, id, now) ?? []),
  ]);
  invalidate(ctx, profileTag(id));
}
