import { and, eq, isNull, notExists, sql } from "drizzle-orm";
import { alias } from "drizzle-orm/sqlite-core";
import type { AnyContext, Context } from "../../data/context";
import { violates } from "../../data/database";
import { isUnmet } from "../../data/demand";
import { commit, emit } from "../../data/outbox";
import { invalidate } from "../../http/cache";
import { spend } from "../../http/limit";
import { provePassword } from "../passwords/prove";
import { refuse } from "../problems";
import { newOneTimeToken } from "../tokens/oneTime";
import { refuse as refuseLink } from "../tokens/problems";
import { demandChange, readOneTimeToken, voidTokens } from "../tokens/redeem";
import { audited } from "../trail";
import { profileTag } from "../users/profile";
import { users } from "../users/tables";
import { demandFree, isHeld } from "./held";
import type { AddressChange } from "./schema";

/** Mails a link to the new address; until it is used, nothing changes. */
export async function askAddressChange(ctx: Context, input: AddressChange): Promise<null> {
  const userId = ctx.actor.id;
  const address = input.email;
  await provePassword(ctx, input.password);
  await spend("verify", address);
  if (await isHeld(ctx, address, userId)) throw refuse("email_taken");
  const other = alias(users, "other");
  const taken = ctx.db.select({ yes: sql`1` }).from(other).where(eq(other.email, address));
  const whose = and(eq(users.id, userId), notExists(taken))!;
  const token = await newOneTimeToken(ctx, { whose, purpose: "change_email", address });
  const [, recorded] = await commit(ctx, [
    voidTokens(ctx, userId, ["change_email"]),
    token.recorded,
    emit(ctx, "link.issued", { tokenId: token.id }),
  ]);
  if (recorded.length === 0) throw refuse("email_taken");
  return null;
}

/**
 * The account moves to the address that the link proves. The old one, if it had been proved, is
 * mailed a way back for seven days.
 */
export async function changeAddress(ctx: AnyContext, token: string): Promise<{ email: string }> {
  const link = await readOneTimeToken(ctx, "change_email", token);
  const { userId, address } = link;
  const mine = eq(users.id, userId);
  const old = await ctx.db
    .select({ email: users.email, verifiedAt: users.verifiedAt })
    .from(users)
    .where(mine)
    .get();
  if (!old?.email) throw refuseLink("link_expired");
  const undo =
    old.verifiedAt === null
      ? null
      : await newOneTimeToken(ctx, { whose: mine, purpose: "undo_email", address: old.email });
  const now = Date.now();
  await commit(ctx, [
    ...link.redeemed,
    demandFree(ctx, address, userId),
    ctx.db
      .update(users)
      .set({
        email: address,
        verifiedAt: now,
        updatedAt: now,
        version: sql`${users.version} + 1`,
      })
      .where(and(mine, eq(users.email, old.email), isNull(users.suspendedAt))),
    demandChange(ctx),
    audited(ctx, { action: "email.changed", target: ["user", userId], actorId: userId }),
    ...(undo ? [undo.recorded, emit(ctx, "link.issued", { tokenId: undo.id })] : []),
    voidTokens(ctx, userId, ["verify_email", "reset_password", "change_email"]),
  ]).catch(async (error) => {
    if (violates(error, "users.email")) throw refuse("email_taken");
    if (!isUnmet(error)) throw error;
    throw (await isHeld(ctx, address, userId)) ? refuse("email_taken") : refuseLink("link_expired");
  });
  invalidate(ctx, profileTag(userId));
  return { email: address };
}
