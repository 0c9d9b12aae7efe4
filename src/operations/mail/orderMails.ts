import { env } from "cloudflare:workers";
import { eq } from "drizzle-orm";
import { orderLines, orders } from "../../commerce/orders/tables";
import type { Context } from "../../data/context";
import type { Consumer } from "../../jobs/consume";
import type { Message } from "../../jobs/events";
import type { Currency } from "../../lib/currencies";
import { formatDecimal } from "../../lib/money";
import { addressee } from "./accountMails";
import { deliver } from "./deliver";
import { orderCancelledMail, orderConfirmationMail, orderShippedMail } from "./templates/orders";

/** Consumer of `order.paid`. */
export const orderConfirmation: Consumer<"order.paid"> = (ctx, message) =>
  mailAbout(ctx, message, message.payload.orderId, "order_confirmation", orderConfirmationMail);

/** Consumer of `order.shipped`: one mail for each parcel, for each is an event of its own. */
export const orderShipped: Consumer<"order.shipped"> = (ctx, message) =>
  mailAbout(ctx, message, message.payload.orderId, "order_shipped", orderShippedMail);

/** Consumer of `order.cancelled`. */
export const orderCancellation: Consumer<"order.cancelled"> = (ctx, message) =>
  mailAbout(ctx, message, message.payload.orderId, "order_cancelled", orderCancelledMail);

/** To the address of the account or, for a guest, the one that was left with the order. */
async function mailAbout(
  ctx: Context<null>,
  message: Message,
  orderId: string,
  kind: string,
  write: typeof orderConfirmationMail,
): Promise<void> {
  const [[order], lines] = await ctx.db.batch([
    ctx.db.select().from(orders).where(eq(orders.id, orderId)),
    ctx.db.select().from(orderLines).where(eq(orderLines.orderId, orderId)),
  ]);
  if (!order) return;
  const { customerId, currency, number } = order;
  const person = await addressee(ctx, customerId);
  const email = person?.email ?? order.email;
  if (!email) return;
  const name = person?.name ?? "";
  const content = write({
    name,
    number,
    lines: lines.map(({ title, quantity, total }) => {
      return { title, quantity, total: inWords(total, currency) };
    }),
    total: inWords(order.total, currency),
    link: `${env.PUBLIC_URL}/orders/${orderId}`,
  });
  await deliver(ctx, message, { kind, userId: customerId, to: { email, name }, ...content });
}

const inWords = (amount: number, currency: Currency) =>
  `${formatDecimal({ amount, currency })} ${currency}`;
