import { sql } from "drizzle-orm";
import {
  check,
  index,
  integer,
  primaryKey,
  sqliteTable,
  text,
  uniqueIndex,
} from "drizzle-orm/sqlite-core";
import { currencies } from "../../lib/currencies";
import type { Address } from "../schema";
import { orderStatuses } from "./transitions";

/** Sums are minor units of `currency`. */
export const orders = sqliteTable(
  "orders",
  {
    id: text().primaryKey(),
    checkoutId: text("checkout_id").notNull().unique(),
    /** Given at payment, without gaps. */
    number: integer(),
    customerId: text("customer_id").notNull(),
    /** Where mails about a guest's order go; null for people who have an account. */
    email: text(),
    status: text({ enum: orderStatuses }).notNull(),
    currency: text({ enum: currencies }).notNull(),
    gross: integer().notNull(),
    discount: integer().notNull(),
    shipping: integer().notNull(),
    tax: integer().notNull(),
    total: integer().notNull(),
    /** Of the provider; null until it is paid, and of what was free. */
    intentId: text("intent_id"),
    captured: integer().notNull().default(0),
    refundReserved: integer("refund_reserved").notNull().default(0),
    shippingAddress: text("shipping_address", { mode: "json" }).$type<Address>().notNull(),
    note: text(),
    createdAt: integer("created_at").notNull(),
    paidAt: integer("paid_at"),
    updatedAt: integer("updated_at").notNull(),
    version: integer().notNull().default(1),
  },
  (t) => [
    check("orders_total", sql`${t.total} >= 0`),
    check("orders_captured", sql`${t.captured} IN (0, ${t.total})`),
    check("orders_refunds", sql`${t.refundReserved} BETWEEN 0 AND ${t.captured}`),
    uniqueIndex("orders_number").on(t.number),
    index("orders_by_customer").on(t.customerId, t.id),
    index("orders_by_status").on(t.status, t.id),
  ],
);

/** Each merchant's part of an order. */
export const merchantOrders = sqliteTable(
  "merchant_orders",
  {
    orderId: text("order_id")
      .notNull()
      .references(() => orders.id),
    merchantId: text("merchant_id").notNull(),
    gross: integer().notNull(),
    discount: integer().notNull(),
    shipping: integer().notNull(),
    tax: integer().notNull(),
    total: integer().notNull(),
    commission: integer().notNull(),
  },
  (t) => [
    primaryKey({ columns: [t.orderId, t.merchantId] }),
    index("merchant_orders_by_merchant").on(t.merchantId, t.orderId),
  ],
);

export const orderLines = sqliteTable(
  "order_lines",
  {
    orderId: text("order_id")
      .notNull()
      .references(() => orders.id),
    merchantId: text("merchant_id").notNull(),
    variantId: text("variant_id").notNull(),
    productId: text("product_id").notNull(),
    sku: text().notNull(),
    title: text().notNull(),
    quantity: integer().notNull(),
    unitPrice: integer("unit_price").notNull(),
    discount: integer().notNull(),
    taxRate: integer("tax_rate").notNull(),
    tax: integer().notNull(),
    total: integer().notNull(),
    commissionRate: integer("commission_rate").notNull(),
    commission: integer().notNull(),
    shipped: integer().notNull().default(0),
    returned: integer().notNull().default(0),
    refunded: integer().notNull().default(0),
  },
  (t) => [
    primaryKey({ columns: [t.orderId, t.variantId] }),
    check("order_lines_quantity", sql`${t.quantity} > 0`),
    check("order_lines_shipped", sql`${t.shipped} BETWEEN 0 AND ${t.quantity}`),
    check("order_lines_returned", sql`${t.returned} BETWEEN 0 AND ${t.quantity}`),
    check("order_lines_refunded", sql`${t.refunded} BETWEEN 0 AND ${t.total}`),
    index("order_lines_by_product").on(t.productId, t.orderId),
  ],
);

/** Gapless: the primary key refuses a second change with the same sequence. */
export const orderHistory = sqliteTable(
  "order_history",
  {
    orderId: text("order_id")
      .notNull()
      .references(() => orders.id),
    sequence: integer().notNull(),
    status: text({ enum: orderStatuses }).notNull(),
    reason: text(),
    actorId: text("actor_id"),
    at: integer().notNull(),
  },
  (t) => [primaryKey({ columns: [t.orderId, t.sequence] })],
);

/** A parcel of one merchant. */
export const fulfilments = sqliteTable(
  "fulfilments",
  {
    id: text().primaryKey(),
    orderId: text("order_id")
      .notNull()
      .references(() => orders.id),
    merchantId: text("merchant_id").notNull(),
    lines: text({ mode: "json" }).$type<{ variantId: string; quantity: number }[]>().notNull(),
    carrier: text(),
    trackingNumber: text("tracking_number"),
    createdAt: integer("created_at").notNull(),
    deliveredAt: integer("delivered_at"),
  },
  (t) => [index("fulfilments_by_order").on(t.orderId, t.id)],
);
