import type { Quote } from "../quoteShape";
import type { Address } from "../schema";

/** Everything that a checkout sells, as it was when it began; nothing is priced again. */
export type Frozen = {
  readonly orderId: string;
  /** Of the request that began it: the same Idempotency-Key with another body is refused. */
  readonly requestHash: string;
  readonly createdAt: number;
  readonly customerId: string;
  readonly cartVersion: number;
  /** The promise that two checkouts are for the very same purchase. */
  readonly hash: string;
  readonly email: string | null;
  readonly shippingAddress: Address;
  readonly note: string | null;
  readonly quote: Quote;
  /** What the lines are called, by variant. */
  readonly titles: Readonly<Record<string, { sku: string; title: string }>>;
};

/** The order as its row begins. */
export function orderRow(checkoutId: string, frozen: Frozen) {
  const { orderId, customerId, email, shippingAddress, note, quote, createdAt } = frozen;
  const { totals, currency } = quote;
  return {
    id: orderId,
    checkoutId,
    number: null,
    customerId,
    email,
    status: "pending_payment" as const,
    currency,
    gross: totals.gross,
    discount: totals.discount,
    shipping: totals.shipping - totals.shippingDiscount,
    tax: totals.tax,
    total: totals.total,
    intentId: null,
    captured: 0,
    refundReserved: 0,
    shippingAddress,
    note,
    createdAt,
    paidAt: null,
    updatedAt: createdAt,
    version: 1,
  };
}

/** The quote's lines as rows of `order_lines`, for one JSON parameter. */
export function lineRows({ orderId, quote, titles }: Frozen) {
  return quote.lines.map((line) => ({
    orderId,
    merchantId: line.merchantId,
    variantId: line.variantId,
    productId: line.productId,
    sku: titles[line.variantId]?.sku ?? "",
    title: titles[line.variantId]?.title ?? "",
    quantity: line.quantity,
    unitPrice: line.unitPrice,
    discount: line.discount,
    taxRate: line.taxRate,
    tax: line.tax,
    total: line.total,
    commissionRate: line.commissionRate,
    commission: line.commission,
    shipped: 0,
    returned: 0,
    refunded: 0,
  }));
}

export function merchantRows({ quote }: Frozen) {
  return quote.merchants.map((part) => ({
    merchantId: part.merchantId,
    gross: part.gross,
    discount: part.discount,
    shipping: part.shipping.amount - part.shipping.discount,
    tax: part.tax,
    total: part.total,
    commission: part.commission,
  }));
}
