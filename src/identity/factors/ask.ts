import type { AnyContext } from "../../data/context";
import type { MfaChallenge } from "../schema";
import { type Challenge, newChallenge } from "./challenge";

/** What is answered to a first factor that needs a second: nobody is signed in by it. */
export async function askSecondFactor(
  _ctx: AnyContext,
  bound: Challenge<"mfa">["bound"],
): Promise<MfaChallenge> {
  const mfaToken = await newChallenge("mfa", bound);
  return { mfaRequired: true, mfaToken, methods: ["totp", "recovery_code"] };
}
