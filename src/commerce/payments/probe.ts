import { Misconfigured } from "../../data/secrets";
import { second } from "../../lib/time";
import { provider, stripe } from "./stripe";
import { webhookSecrets } from "./webhooks/secrets";

/** Asks the provider for the least it can tell; it fails where payments would. */
export async function askPayments(): Promise<"ok" | "sandbox" | "unconfigured"> {
  const found = provider();
  if (found === "unconfigured") return found;
  if ((await webhookSecrets()).length === 0)
    throw new Misconfigured("STRIPE_WEBHOOK_SECRET is missing");
  await (await stripe()).paymentIntents.list({ limit: 1 }, { timeout: 0.9 * second });
  return found === "sandbox" ? found : "ok";
}
