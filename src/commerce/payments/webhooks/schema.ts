import { z } from "zod";

const Reference = z.union([z.string(), z.object({ id: z.string() }).transform(({ id }) => id)]);

/** As much of an event as Rimlight looks at. */
export const StripeEvent = z.object({
  id: z.string().regex(/^evt_\w{1,250}$/),
  type: z.string().max(200),
  created: z.int(),
  data: z.object({
    object: z.looseObject({
      id: z.string().max(255).optional().catch(undefined),
      status: z.string().nullish().catch(null),
      metadata: z.record(z.string(), z.string()).nullish().catch(null),
      payment_intent: Reference.nullish().catch(null),
    }),
  }),
});
export type StripeEvent = z.output<typeof StripeEvent>;

export const Received = z
  .object({ received: z.literal(true) })
  .meta({ id: "Received", description: "The event is stored; what follows from it happens later" });
