import { eq } from "drizzle-orm";
import type { AnyContext } from "../../data/context";
import type { MfaChallenge } from "../schema";
import { type Challenge, newChallenge } from "./challenge";
import { passkeys } from "./passkeys/tables";

/** What is answered to a first factor that needs a second: nobody is signed in by it. */
export async function askSecondFactor(
  ctx: AnyContext,
  bound: Challenge<"mfa">["bound"],
): Promise<MfaChallenge> {
  const mfaToken = await newChallenge("mfa", bound);
  const passkey = await ctx.db
    .select({ id: passkeys.id })
    .from(passkeys)
    .where(eq(passkeys.userId, bound.userId))
    .limit(1)
    .get();
  const methods: MfaChallenge["methods"] = ["totp", "recovery_code"];
  return { mfaRequired: true, mfaToken, methods: passkey ? ["passkey", ...methods] : methods };
}
