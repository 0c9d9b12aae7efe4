import type { Currency } from "../../lib/currencies";
import { iso } from "../../lib/time";
import type { Order, OrderSummary } from "./schema";
import type { fulfilments, merchantOrders, orderHistory, orderLines, orders } from "./tables";

export type OrderRow = Omit<typeof orders.$inferSelect, "checkoutId" | "email" | "intentId">;
export type LineRow = typeof orderLines.$inferSelect;
export type PartRow = Omit<typeof merchantOrders.$inferSelect, "orderId" | "commission">;
export type FulfilmentRow = typeof fulfilments.$inferSelect;
export type HistoryRow = Pick<
  typeof orderHistory.$inferSelect,
  "sequence" | "status" | "reason" | "at"
>;

const moneyIn = (currency: Currency) => (amount: number) => ({ amount, currency });

function paymentOf({ captured, refundReserved }: OrderRow): OrderSummary["payment"] {
  if (captured === 0) return "unpaid";
  if (refundReserved === 0) return "paid";
  return refundReserved < captured ? "partially_refunded" : "refunded";
}

export function presentSummary(row: OrderRow): OrderSummary {
  const money = moneyIn(row.currency);
  return {
    id: row.id,
    number: row.number,
    status: row.status,
    payment: row.total === 0 && row.paidAt !== null ? "paid" : paymentOf(row),
    gross: money(row.gross),
    discount: money(row.discount),
    shipping: money(row.shipping),
    tax: money(row.tax),
    total: money(row.total),
    createdAt: iso(row.createdAt),
    paidAt: iso(row.paidAt),
    updatedAt: iso(row.updatedAt),
    version: row.version,
  };
}

export function presentOrder(
  row: OrderRow,
  lines: readonly LineRow[],
  parts: readonly PartRow[],
  parcels: readonly FulfilmentRow[],
  history: readonly HistoryRow[],
): Order {
  const money = moneyIn(row.currency);
  return {
    ...presentSummary(row),
    shippingAddress: row.shippingAddress,
    note: row.note,
    lines: lines.map((line) => ({
      merchantId: line.merchantId,
      productId: line.productId,
      variantId: line.variantId,
      sku: line.sku,
      title: line.title,
      quantity: line.quantity,
      unitPrice: money(line.unitPrice),
      discount: money(line.discount),
      tax: money(line.tax),
      total: money(line.total),
      shipped: line.shipped,
      returned: line.returned,
      refunded: money(line.refunded),
    })),
    parts: parts.map((part) => ({
      merchantId: part.merchantId,
      gross: money(part.gross),
      discount: money(part.discount),
      shipping: money(part.shipping),
      tax: money(part.tax),
      total: money(part.total),
      fulfilment: fulfilmentOf(lines.filter(({ merchantId }) => merchantId === part.merchantId)),
    })),
    fulfilments: parcels.map(({ orderId: _, createdAt, deliveredAt, ...parcel }) => {
      return { ...parcel, createdAt: iso(createdAt), deliveredAt: iso(deliveredAt) };
    }),
    history: history.map(({ at, ...entry }) => ({ ...entry, at: iso(at) })),
  };
}

function fulfilmentOf(lines: readonly LineRow[]) {
  const shipped = lines.reduce((sum, line) => sum + line.shipped, 0);
  const ordered = lines.reduce((sum, line) => sum + line.quantity, 0);
  if (shipped === 0) return "unfulfilled";
  return shipped < ordered ? "partial" : "fulfilled";
}
