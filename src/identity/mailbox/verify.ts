import { and, eq, isNull, sql } from "drizzle-orm";
import type { AnyContext, Context } from "../../data/context";
import { commit, emit } from "../../data/outbox";
import { invalidate } from "../../http/cache";
import { spend } from "../../http/limit";
import { newOneTimeToken } from "../tokens/oneTime";
import { demandChange, readOneTimeToken, refuseUsed, voidTokens } from "../tokens/redeem";
import { audited } from "../trail";
import { profileTag } from "../users/profile";
import { users } from "../users/tables";
import { refuse } from "./problems";

/** Proves a mailbox by a mailed link; worth nothing once the account has another address. */
export async function verifyEmail(ctx: AnyContext, token: string): Promise<{ email: string }> {
  const link = await readOneTimeToken(ctx, "verify_email", token);
  const { userId, address } = link;
  const now = Date.now();
  await commit(ctx, [
    ...link.redeemed,
    ctx.db
      .update(users)
      .set({
        verifiedAt: sql`coalesce(${users.verifiedAt}, ${now})`,
        updatedAt: now,
        version: sql`${users.version} + 1`,
      })
      .where(and(eq(users.id, userId), eq(users.email, address))),
    demandChange(ctx),
    audited(ctx, { action: "email.verified", target: ["user", userId], actorId: userId }),
    voidTokens(ctx, userId, ["verify_email"]),
  ]).catch(refuseUsed);
  invalidate(ctx, profileTag(userId));
  return { email: address };
}

/** Mails the link again, three times an hour at most. */
export async function resendVerification(ctx: Context): Promise<null> {
  const mine = eq(users.id, ctx.actor.id);
  const known = await ctx.db
    .select({ email: users.email, verifiedAt: users.verifiedAt })
    .from(users)
    .where(mine)
    .get();
  if (!known?.email || known.verifiedAt !== null) throw refuse("already_verified");
  const address = known.email;
  await spend("verify", address);
  const whose = and(mine, eq(users.email, address), isNull(users.verifiedAt))!;
  const token = await newOneTimeToken(ctx, { whose, purpose: "verify_email", address });
  await commit(ctx, [token.recorded, emit(ctx, "link.issued", { tokenId: token.id })]);
  return null;
}
