import { anyone } from "../../../http/guard";
import { router } from "../../../http/route";
import { receiveEvent } from "./receive";
import { Received } from "./schema";
import { verifyEvent } from "./verify";

export const webhooks = router("Payments");

webhooks.post(
  "/stripe",
  "Take an event from Stripe",
  {
    auth: anyone,
    returns: { 200: Received },
    throws: ["invalid_signature", "unreadable_body", "invalid_request", "payments_unconfigured"],
    description:
      "`Stripe-Signature` must be of these very bytes, and not more than 300 seconds old or ahead.",
  },
  async ({ ctx, c }) => {
    const body = new Uint8Array(await c.req.arrayBuffer());
    await receiveEvent(ctx, await verifyEvent(body, c.req.header("stripe-signature") ?? ""));
    return { received: true } as const;
  },
);
