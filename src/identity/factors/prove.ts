import { and, eq, isNotNull, isNull, lt } from "drizzle-orm";
import type { BatchItem } from "drizzle-orm/batch";
import type { AnyContext, Context } from "../../data/context";
import { isUnmet } from "../../data/demand";
import { giveBack, spend } from "../../http/limit";
import { demandChange } from "../tokens/redeem";
import { refuse } from "./problems";
import { hashCode } from "./recovery";
import type { SecondFactor } from "./schema";
import { recoveryCodes, totpSecrets } from "./tables";
import { isNewest, openTotp, sealTotp, stepOf } from "./totp";

type Used = [BatchItem<"sqlite">, BatchItem<"sqlite">];

/**
 * Statements that use up a code, first in the batch that it allows: of all batches with one code,
 * one runs, and the others break (`isUnmet`). Null if the code is not right.
 */
export async function useFactor(
  ctx: AnyContext,
  userId: string,
  factor: SecondFactor,
): Promise<Used | null> {
  if ("recoveryCode" in factor) {
    const hash = await hashCode(factor.recoveryCode);
    return [usedRecoveryCode(ctx, userId, hash), demandChange(ctx)];
  }
  const confirmed = and(eq(totpSecrets.userId, userId), isNotNull(totpSecrets.confirmedAt));
  const row = await ctx.db.select().from(totpSecrets).where(confirmed).get();
  if (!row) return null;
  const opened = await openTotp(userId, row.secret);
  const lastStep = await stepOf(opened, factor.code);
  if (lastStep === null || lastStep <= row.lastStep) return null;
  const secret = (await isNewest(row.secret)) ? row.secret : await sealTotp(userId, opened);
  const used = ctx.db
    .update(totpSecrets)
    .set({ lastStep, secret })
    .where(and(confirmed, lt(totpSecrets.lastStep, lastStep)));
  return [used, demandChange(ctx)];
}

const usedRecoveryCode = (ctx: AnyContext, userId: string, hash: string) =>
  ctx.db
    .update(recoveryCodes)
    .set({ usedAt: Date.now() })
    .where(
      and(
        eq(recoveryCodes.userId, userId),
        eq(recoveryCodes.hash, hash),
        isNull(recoveryCodes.usedAt),
      ),
    );

/** Runs what a signed-in person may do only with their second factor in hand. */
export async function withFactor<T>(
  ctx: Context,
  factor: SecondFactor,
  run: (used: Used) => Promise<T>,
): Promise<T> {
  await spend("mfa-account", ctx.actor.id);
  const used = await useFactor(ctx, ctx.actor.id, factor);
  if (!used) throw refuse("wrong_code");
  const result = await run(used).catch((error) => {
    throw isUnmet(error) ? refuse("wrong_code") : error;
  });
  await giveBack("mfa-account", ctx.actor.id);
  return result;
}
