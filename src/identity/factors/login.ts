import type { BatchItem } from "drizzle-orm/batch";
import type { AnyContext } from "../../data/context";
import { violates } from "../../data/database";
import { commit } from "../../data/outbox";
import { giveBack, spend } from "../../http/limit";
import type { SignedIn } from "../schema";
import { type Account, establishSession, isStanding } from "../sessions/establish";
import { witnessed } from "../trail";
import { present } from "../users/profile";
import { profileView, users } from "../users/tables";
import { readChallenge, spendChallenge, spentTwice } from "./challenge";
import { refuse } from "./problems";
import { useFactor } from "./prove";
import type { SecondStep } from "./schema";

/**
 * The second step of a sign-in. Tries count against the sign-in and, as failures, against the
 * account, so beginning again buys no more guesses.
 */
export async function finishLogin(
  ctx: AnyContext,
  { mfaToken, ...factor }: SecondStep,
): Promise<SignedIn> {
  ctx.claim = undefined;
  const challenge = await readChallenge("mfa", mfaToken);
  if (!challenge) throw refuse("invalid_mfa_token");
  const { userId, tokenVersion, amr, ...proof } = challenge.bound;
  await spend("mfa", challenge.id);
  await spend("mfa-account", userId);
  const begun = { id: userId, tokenVersion };
  const profile = await ctx.db
    .select(profileView)
    .from(users)
    .where(isStanding(begun, proof))
    .get();
  if (!profile) throw refuse("invalid_mfa_token");
  const used = await useFactor(ctx, userId, factor);
  const tokens = used && (await finish({ ...profile, tokenVersion }, used));
  if (!tokens || "mfaRequired" in tokens) {
    await commit(ctx, [witnessed(ctx, { action: "mfa.refused", target: ["user", userId] })]);
    throw refuse("invalid_code");
  }
  await giveBack("mfa-account", userId);
  return { user: present(profile), ...tokens };

  function finish(account: Account, used: BatchItem<"sqlite">[]) {
    const before = [...used, spendChallenge(ctx, challenge!)];
    const factors = [...amr, "otp", "mfa"];
    return establishSession(ctx, account, factors, before, proof).catch((error) => {
      throw violates(error, spentTwice) ? refuse("invalid_mfa_token") : error;
    });
  }
}
