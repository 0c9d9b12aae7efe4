import { and, eq, isNull, lt, sql } from "drizzle-orm";
import type { Context } from "../../data/context";
import { isUnmet } from "../../data/demand";
import { commit, emit } from "../../data/outbox";
import { invalidate } from "../../http/cache";
import { giveBack, spend } from "../../http/limit";
import { demandChange } from "../tokens/redeem";
import { audited } from "../trail";
import { profileTag } from "../users/profile";
import { users } from "../users/tables";
import { refuse } from "./problems";
import { withFactor } from "./prove";
import { newRecoveryCodes } from "./recovery";
import type { SecondFactor } from "./schema";
import { recoveryCodes, totpSecrets } from "./tables";
import { newTotp, openTotp, sealTotp, stepOf } from "./totp";

/** Begins to set up an authenticator app; until a code confirms it, it changes nothing. */
export async function beginTotp(ctx: Context) {
  const userId = ctx.actor.id;
  const known = await ctx.db
    .select({ email: users.email })
    .from(users)
    .where(eq(users.id, userId))
    .get();
  const setup = await newTotp(known?.email ?? userId);
  const secret = await sealTotp(userId, setup.secret);
  const fresh = { secret, createdAt: Date.now(), lastStep: 0 };
  const [, row] = await commit(ctx, [
    ctx.db
      .insert(totpSecrets)
      .values({ userId, ...fresh })
      .onConflictDoUpdate({
        target: totpSecrets.userId,
        set: fresh,
        setWhere: isNull(totpSecrets.confirmedAt),
      }),
    ctx.db
      .select({ userId: totpSecrets.userId })
      .from(totpSecrets)
      .where(and(eq(totpSecrets.userId, userId), eq(totpSecrets.secret, secret))),
  ]);
  if (row.length === 0) throw refuse("mfa_enabled");
  return setup;
}

/** From the first right code on, every way to sign in asks for the second factor. */
export async function confirmTotp(ctx: Context, code: string) {
  const userId = ctx.actor.id;
  await spend("mfa-account", userId);
  const waiting = and(eq(totpSecrets.userId, userId), isNull(totpSecrets.confirmedAt));
  const row = await ctx.db.select().from(totpSecrets).where(waiting).get();
  if (!row) throw refuse("mfa_not_begun");
  const step = await stepOf(await openTotp(userId, row.secret), code);
  if (step === null) throw refuse("wrong_code");
  const { codes, replaced } = await newRecoveryCodes(ctx, userId);
  await commit(ctx, [
    ctx.db
      .update(totpSecrets)
      .set({ confirmedAt: Date.now(), lastStep: step })
      .where(and(waiting, eq(totpSecrets.secret, row.secret), lt(totpSecrets.lastStep, step))),
    demandChange(ctx),
    setMfa(ctx, true),
    audited(ctx, { action: "mfa.totp_added", target: ["user", userId] }),
    emit(ctx, "security.changed", { userId, change: "totp_added" }),
    ...replaced,
  ]).catch((error) => {
    throw isUnmet(error) ? refuse("wrong_code") : error;
  });
  await giveBack("mfa-account", userId);
  invalidate(ctx, profileTag(userId));
  return { recoveryCodes: codes };
}

/** Removes the second factor by means of itself: neither a session nor the password is enough. */
export async function removeTotp(ctx: Context, factor: SecondFactor): Promise<void> {
  const userId = ctx.actor.id;
  await withFactor(ctx, factor, (used) =>
    commit(ctx, [
      ...used,
      setMfa(ctx, false),
      audited(ctx, { action: "mfa.totp_removed", target: ["user", userId] }),
      emit(ctx, "security.changed", { userId, change: "totp_removed" }),
      ctx.db.delete(totpSecrets).where(eq(totpSecrets.userId, userId)),
      ctx.db.delete(recoveryCodes).where(eq(recoveryCodes.userId, userId)),
    ]),
  );
  invalidate(ctx, profileTag(userId));
}

/** Ten new recovery codes; the old ones are worth nothing. */
export async function renewRecoveryCodes(ctx: Context, factor: SecondFactor) {
  const userId = ctx.actor.id;
  const { codes, replaced } = await newRecoveryCodes(ctx, userId);
  await withFactor(ctx, factor, (used) =>
    commit(ctx, [
      ...used,
      audited(ctx, { action: "mfa.recovery_codes_renewed", target: ["user", userId] }),
      emit(ctx, "security.changed", { userId, change: "recovery_codes_renewed" }),
      ...replaced,
    ]),
  );
  return { recoveryCodes: codes };
}

const setMfa = (ctx: Context, mfaEnabled: boolean) =>
  ctx.db
    .update(users)
    .set({ mfaEnabled, updatedAt: Date.now(), version: sql`${users.version} + 1` })
    .where(eq(users.id, ctx.actor.id));
