import { env } from "cloudflare:workers";
import type { Stripe } from "stripe";
import { refuse } from "./problems";

declare global {
  namespace Cloudflare {
    interface Env {
      STRIPE_SECRET_KEY?: string;
      /** One `whsec_…` or, while it is being changed, several with commas between. */
      STRIPE_WEBHOOK_SECRET?: string;
    }
  }
}

export type Provider = "stripe" | "sandbox" | "unconfigured";

/** Without keys only development has payments, in the sandbox; production has none. */
export function provider(): Provider {
  if (env.STRIPE_SECRET_KEY) return "stripe";
  return env.ENVIRONMENT === "development" ? "sandbox" : "unconfigured";
}

/** What the sandbox takes as its secret key; it opens nothing else. */
export const sandboxKey = "sk_test_sandbox";
export const sandbox = () => env.PAYMENT_SANDBOX.getByName("sandbox");

const patience = 10_000;
let made: { key: string; client: Stripe } | undefined;

/**
 * The one client. It never tries again by itself: who asks knows the key to ask again with.
 * @throws {Problem} `payments_unconfigured`
 */
export async function stripe(): Promise<Stripe> {
  const found = provider();
  if (found === "unconfigured") throw refuse("payments_unconfigured");
  const key = env.STRIPE_SECRET_KEY || sandboxKey;
  if (made?.key === key) return made.client;
  const { Stripe } = await import("stripe");
  const send: typeof fetch =
    found === "stripe"
      ? (...request) => fetch(...request)
      : (...request) => sandbox().fetch(...request);
  const client = new Stripe(key, {
    httpClient: Stripe.createFetchHttpClient(send),
    timeout: patience,
    maxNetworkRetries: 0,
    telemetry: false,
  });
  made = { key, client };
  return client;
}
