import { env } from "cloudflare:workers";
import { macKey } from "../../../data/secrets";
import { hmac } from "../../../lib/crypto";
import { provider } from "../stripe";

/** The secrets that webhooks may be signed with, the newest first; none if nobody can sign any. */
export async function webhookSecrets(): Promise<string[]> {
  const set = (env.STRIPE_WEBHOOK_SECRET ?? "").split(",").map((one) => one.trim());
  const found = set.filter((one) => one !== "");
  if (found.length > 0 || provider() !== "sandbox") return found;
  const { key } = (await macKey("payments.sandbox"))!;
  return [`whsec_${await hmac(key, "webhook")}`];
}
