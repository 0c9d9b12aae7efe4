import { env } from "cloudflare:workers";
import type { Context } from "../../data/context";
import { refuse as refuseAny } from "../../http/problem";
import { sha256 } from "../../lib/crypto";
import { newId } from "../../lib/id";
import { minute } from "../../lib/time";
import { type LoadedLine, loadCart, quoteInput } from "../cart/load";
import type { Answer } from "../checkout/answers";
import { type Frozen, lineRows, merchantRows, orderRow } from "../checkout/frozen";
import { quoteCart } from "../quote";
import { quoteHash } from "../quoteHash";
import { paymentOf } from "./pay";
import { presentOrder } from "./present";
import { refuse } from "./problems";
import type { NewOrder, PlacedOrder } from "./schema";

/** Milliseconds that the buyer has to pay. */
const lifetime = () => Number(env.CHECKOUT_MINUTES) * minute;

/**
 * Checks the cart out: prices it, reserves every variant, records the order and opens its payment.
 * The Idempotency-Key names the checkout, so a repetition, also after a crash, is told of the first.
 */
export async function placeOrder(ctx: Context, input: NewOrder): Promise<PlacedOrder> {
  const { claim } = ctx;
  if (!claim) throw refuseAny("idempotency_key_required");
  const id = await checkoutIdOf(claim);
  const checkout = env.CHECKOUT.getByName(id);
  const known = await checkout.standing();
  if (known && known.frozen.requestHash !== claim.requestHash)
    throw refuseAny("idempotency_key_reused");
  const frozen = known?.frozen ?? (await freeze(ctx, input, claim.requestHash));
  const answer = await checkout.start(frozen, lifetime());
  if (answer?.kind !== "closed" || !answer.twin) return tell(id, frozen, answer);
  const twin = await env.CHECKOUT.getByName(answer.twin).standing();
  return twin ? tell(answer.twin, twin.frozen, twin.answer) : tell(id, frozen, answer);
}

/** The name of the checkout that a key stands for: nobody else's key leads there. */
async function checkoutIdOf({ principal, key }: { principal: string; key: string }) {
  return `co_${await sha256(`${principal}\n${key}`)}`;
}

async function freeze(ctx: Context, input: NewOrder, requestHash: string): Promise<Frozen> {
  const { shippingAddress, email, currency, promotionCode, note } = input;
  if (ctx.actor.role === "visitor" && !email) throw refuse("email_required");
  const cart = await loadCart(ctx, {
    country: shippingAddress.country,
    currency,
    code: promotionCode?.trim().toUpperCase(),
  });
  if (cart.lines.length === 0) throw refuse("cart_empty");
  requireAvailable(cart.lines);
  const quoted = quoteCart(quoteInput(cart, cart.lines));
  if ("undeliverable" in quoted)
    throw refuse("undeliverable", { data: { merchantIds: quoted.undeliverable } });
  const { quote } = quoted;
  return {
    orderId: newId(),
    requestHash,
    createdAt: Date.now(),
    customerId: ctx.actor.id,
    cartVersion: cart.version,
    hash: await sha256(`${await quoteHash(quote)}\n${JSON.stringify(shippingAddress)}`),
    email: ctx.actor.role === "visitor" ? (email ?? null) : null,
    shippingAddress,
    note: note || null,
    quote,
    titles: Object.fromEntries(
      cart.lines.map(({ variantId, sku, title, variantTitle }) => [
        variantId,
        { sku, title: variantTitle ? `${title} – ${variantTitle}` : title },
      ]),
    ),
  };
}

/** What the projection already knows to be missing needs no reservation to be refused. */
function requireAvailable(lines: readonly LoadedLine[]): void {
  const short = lines.filter(({ state }) => state === "too_few" || state === "sold_out");
  if (short.length > 0)
    throw refuse("insufficient_stock", {
      data: {
        lines: short.map(({ variantId, sku, quantity, available }) => {
          return { variantId, sku, wanted: quantity, available: Math.max(0, available) };
        }),
      },
    });
  if (lines.some(({ state }) => state !== "available")) throw refuse("cart_changed");
}

/** The saga's answer as the contract has it. */
function tell(id: string, frozen: Frozen, answer: Answer | null): PlacedOrder {
  if (!answer) throw refuseAny("unavailable");
  if (answer.kind === "closed") throw whyClosed(frozen, answer);
  const { checkoutId: _c, email: _e, intentId: _i, ...row } = orderRow(id, frozen);
  const isPaid = answer.kind === "paid";
  const history = [
    { sequence: 1, status: "pending_payment" as const, reason: null, at: row.createdAt },
  ];
  const order = presentOrder(row, lineRows(frozen), merchantRows(frozen), [], history);
  return {
    order: isPaid ? { ...order, status: "paid", payment: "paid" } : order,
    payment: paymentOf(answer),
  };
}

function whyClosed(frozen: Frozen, { reason, left }: Extract<Answer, { kind: "closed" }>) {
  switch (reason) {
    case "insufficient_stock": {
      const line = frozen.quote.lines.find(({ variantId }) => variantId === left?.variantId);
      const sku = frozen.titles[left?.variantId ?? ""]?.sku;
      const lines = left ? [{ ...left, sku, wanted: line?.quantity }] : [];
      return refuse("insufficient_stock", { data: { lines } });
    }
    case "cart_changed":
    case "duplicate":
      return refuse("cart_changed");
    case "payment_in_progress":
    case "promotion_exhausted":
    case "payment_refused":
      return refuse(reason);
    case "payment_unavailable":
      return refuseAny("unavailable");
    default:
      return refuse("checkout_ended");
  }
}
