import { env, exports } from "cloudflare:workers";
import { describe, log } from "../../../http/log";
import { second } from "../../../lib/time";
import { webhookSecrets } from "../webhooks/secrets";

export const mostAttempts = 12;

/** Milliseconds until an event is sent again: 1 s, doubling, at most a minute. */
export const delayAfter = (attempts: number): number =>
  Math.min(60 * second, second * 2 ** (attempts - 1));

/** Sends an event to our own endpoint, signed as Stripe signs; whether it was taken. */
export async function deliver(event: string): Promise<boolean> {
  const { Stripe } = await import("stripe");
  const [secret = ""] = await webhookSecrets();
  const signature = await Stripe.webhooks.generateTestHeaderStringAsync({ payload: event, secret });
  const url = new URL("/api/v1/webhooks/stripe", publicUrl());
  try {
    const response = await exports.default.fetch(
      new Request(url, {
        method: "POST",
        headers: { "content-type": "application/json", "stripe-signature": signature },
        body: event,
      }),
    );
    await response.body?.cancel();
    return response.ok;
  } catch (error) {
    log("warn", "webhook_undelivered", { error: describe(error) });
    return false;
  }
}

export const publicUrl = () =>
  URL.canParse(env.PUBLIC_URL) ? new URL(env.PUBLIC_URL).origin : "http://localhost:8787";
