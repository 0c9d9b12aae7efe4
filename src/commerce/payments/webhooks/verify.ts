import type { ZodError } from "zod";
import { refuse as refuseAny } from "../../../http/problem";
import { second } from "../../../lib/time";
import { refuse } from "../problems";
import { StripeEvent } from "./schema";
import { webhookSecrets } from "./secrets";

/** Seconds that a signature may be old, or ahead of our clock. */
const tolerance = 300;

/**
 * The event in a body, if one of our secrets signed these very bytes at about this time.
 * @throws {Problem} `invalid_signature`, `payments_unconfigured`, or of a body that is no event
 */
export async function verifyEvent(
  body: Uint8Array,
  header: string,
  now = Date.now(),
): Promise<StripeEvent> {
  const secrets = await webhookSecrets();
  if (secrets.length === 0) throw refuse("payments_unconfigured");
  const { Stripe } = await import("stripe");
  for (const secret of secrets) {
    const event: unknown = await Stripe.webhooks
      .constructEventAsync(body, header, secret, tolerance, undefined, now)
      .catch((error: unknown) => {
        if (error instanceof Stripe.errors.StripeSignatureVerificationError) return undefined;
        throw error instanceof SyntaxError ? refuseAny("unreadable_body") : error;
      });
    if (event === undefined) continue;
    if (signedAt(header) > now / second + tolerance) break;
    const parsed = StripeEvent.safeParse(event);
    if (!parsed.success) throw refuseAny("invalid_request", { detail: whyNot(parsed.error) });
    return parsed.data;
  }
  throw refuse("invalid_signature");
}

/** The SDK refuses what is too old only. It goes by the last `t`, if there are more. */
const signedAt = (header: string): number =>
  Number.parseInt(
    header
      .split(",")
      .findLast((part) => part.startsWith("t="))
      ?.slice(2) ?? "",
    10,
  );

const whyNot = ({ issues }: ZodError) =>
  `This is no event: ${issues.map(({ path }) => path.join(".")).join(", ")}.`;
