import { env } from "cloudflare:workers";
import { and, eq } from "drizzle-orm";
import type { Context } from "../../data/context";
import { newId } from "../../lib/id";
import type { Answer } from "../checkout/answers";
import { confirmIntent } from "../payments/payments";
import { refuse as refusePayment } from "../payments/problems";
import { readOrder } from "./orders";
import { refuse } from "./problems";
import type { PlacedOrder } from "./schema";
import { orders } from "./tables";

type Payment = PlacedOrder["payment"];

/** The order's payment as it stands, again and again the same. */
export async function readPayment(ctx: Context, orderId: string): Promise<Payment> {
  const { checkout } = await ownCheckout(ctx, orderId);
  return paymentOf(await checkout.answer());
}

/**
 * Confirms on the server. A decline leaves the order payable with another method until its checkout
 * expires; what the provider says of success is looked up before it is believed.
 */
export async function confirmPayment(
  ctx: Context,
  { orderId, paymentMethod }: { orderId: string; paymentMethod: string },
): Promise<PlacedOrder> {
  const { checkout } = await ownCheckout(ctx, orderId);
  const standing = await checkout.standing();
  if (standing?.answer?.kind !== "payable")
    return { order: await readOrder(ctx, orderId), payment: paymentOf(standing?.answer ?? null) };
  const { intentId } = standing.answer;
  const confirmed = await confirmIntent(intentId, {
    key: `confirm:${intentId}:${ctx.claim?.key ?? newId()}`,
    paymentMethod,
    returnUrl: `${env.PUBLIC_URL}/orders/${orderId}`,
  });
  if (confirmed.kind === "declined") {
    const { code, declineCode, message } = confirmed;
    throw refusePayment("payment_declined", {
      detail: message,
      data: { reason: code, declineCode },
    });
  }
  if (confirmed.kind === "refused" && confirmed.status === null)
    throw refusePayment("payment_declined", {
      data: { reason: confirmed.code, declineCode: null },
    });
  const intent = confirmed.kind === "confirmed" ? confirmed.intent : null;
  const answer = await checkout.hint(intentId, standing.attempt, intent?.status ?? null);
  const payment = paymentOf(answer);
  return {
    order: await readOrder(ctx, orderId),
    payment: { ...payment, actionUrl: intent?.actionUrl ?? null },
  };
}

export function paymentOf(answer: Answer | null): Payment {
  const payable = answer?.kind === "payable" ? answer : null;
  const status = {
    payable: "requires_payment",
    processing: "processing",
    review: "review",
    paid: "succeeded",
    closed: "cancelled",
  } as const;
  return {
    id: payable?.intentId ?? null,
    clientSecret: payable?.clientSecret ?? null,
    status: answer ? status[answer.kind] : "processing",
    actionUrl: null,
  };
}

async function ownCheckout(ctx: Context, orderId: string) {
  const row = await ctx.db
    .select({ checkoutId: orders.checkoutId })
    .from(orders)
    .where(and(eq(orders.id, orderId), eq(orders.customerId, ctx.actor.id)))
    .get();
  if (!row) throw refuse("order_not_found");
  return { checkout: env.CHECKOUT.getByName(row.checkoutId) };
}
