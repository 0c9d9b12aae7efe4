import { z } from "zod";
import { Address, Currency, Money } from "../schema";
import { orderStatuses } from "./transitions";

const OrderLine = z
  .object({
    merchantId: z.uuid(),
    productId: z.uuid(),
    variantId: z.uuid(),
    sku: z.string(),
    title: z.string(),
    quantity: z.int(),
    unitPrice: Money,
    discount: Money,
    tax: Money,
    total: Money,
    shipped: z.int(),
    returned: z.int(),
    refunded: Money,
  })
  .meta({ id: "OrderLine" });

/** What one merchant ships and is paid for. */
const OrderPart = z
  .object({
    merchantId: z.uuid(),
    gross: Money,
    discount: Money,
    shipping: Money,
    tax: Money,
    total: Money,
    fulfilment: z.enum(["unfulfilled", "partial", "fulfilled"]),
  })
  .meta({ id: "OrderPart" });

const shippedLine = z.object({ variantId: z.uuid(), quantity: z.int().min(1).max(999) });
const line = z
  .string()
  .trim()
  .min(1)
  .max(100)
  .regex(/^\P{Cc}+$/u, "Control characters are not allowed");

const Fulfilment = z
  .object({
    id: z.uuid(),
    merchantId: z.uuid(),
    lines: z.array(shippedLine),
    carrier: z.string().nullable(),
    trackingNumber: z.string().nullable(),
    createdAt: z.iso.datetime(),
    deliveredAt: z.iso.datetime().nullable(),
  })
  .meta({ id: "Fulfilment" });

/** One parcel of one merchant. */
export const NewFulfilment = z
  .object({
    lines: z.array(shippedLine).min(1).max(100),
    carrier: line.optional(),
    trackingNumber: line.optional(),
  })
  .meta({ id: "NewFulfilment" });
export type NewFulfilment = z.output<typeof NewFulfilment>;

const HistoryEntry = z
  .object({
    sequence: z.int(),
    status: z.enum(orderStatuses),
    reason: z.string().nullable(),
    at: z.iso.datetime(),
  })
  .meta({ id: "OrderHistoryEntry" });

const order = z.object({
  id: z.uuid(),
  number: z.int().nullable(),
  status: z.enum(orderStatuses),
  payment: z.enum(["unpaid", "paid", "partially_refunded", "refunded"]),
  gross: Money,
  discount: Money,
  shipping: Money,
  tax: Money,
  total: Money,
  createdAt: z.iso.datetime(),
  paidAt: z.iso.datetime().nullable(),
  updatedAt: z.iso.datetime(),
  version: z.int(),
});

export const OrderSummary = order.meta({ id: "OrderSummary" });
export type OrderSummary = z.output<typeof OrderSummary>;

/** A member of a merchant sees the lines and the part of that merchant alone. */
export const Order = order
  .extend({
    shippingAddress: Address,
    note: z.string().nullable(),
    lines: z.array(OrderLine),
    parts: z.array(OrderPart),
    fulfilments: z.array(Fulfilment),
    history: z.array(HistoryEntry),
  })
  .meta({ id: "Order" });
export type Order = z.output<typeof Order>;

export const NewOrder = z
  .object({
    shippingAddress: Address,
    email: z.email().max(254).optional(),
    currency: Currency.optional(),
    promotionCode: z.string().max(60).optional(),
    note: z.string().trim().max(1_000).optional(),
  })
  .meta({ id: "NewOrder" });
export type NewOrder = z.output<typeof NewOrder>;

export const OrderPayment = z
  .object({
    id: z.string().nullable(),
    clientSecret: z.string().nullable(),
    status: z.enum(["requires_payment", "processing", "review", "succeeded", "cancelled"]),
    /** Where the buyer goes if the payment needs them. */
    actionUrl: z.string().nullable(),
  })
  .meta({ id: "OrderPayment" });

export const PlacedOrder = z
  .object({ order: Order, payment: OrderPayment })
  .meta({ id: "PlacedOrder" });
export type PlacedOrder = z.output<typeof PlacedOrder>;

export const OrderId = z.object({ id: z.uuid() });
export const OrderFilter = z.object({
  merchantId: z.uuid().optional(),
  status: z.enum(orderStatuses).optional(),
});
export type OrderFilter = z.output<typeof OrderFilter>;
