import { z } from "zod";
import { PageQuery } from "../../http/page";
import { router } from "../../http/route";
import { user, visitor } from "../../identity/guard";
import { cancelOrder } from "./cancel";
import { deliverParcels, shipParcel } from "./fulfil";
import { listOrders, readOrder } from "./orders";
import { confirmPayment, readPayment } from "./pay";
import { placeOrder } from "./place";
import {
  NewFulfilment,
  NewOrder,
  Order,
  OrderFilter,
  OrderId,
  OrderPayment,
  OrderSummary,
  PlacedOrder,
} from "./schema";

export const orders = router("Orders");

orders.post(
  "/",
  "Order what is in the cart",
  {
    auth: visitor,
    body: NewOrder,
    returns: { 201: PlacedOrder },
    requires: "idempotency-key",
    throws: [
      "cart_empty",
      "email_required",
      "undeliverable",
      "insufficient_stock",
      "cart_changed",
      "payment_in_progress",
      "promotion_exhausted",
      "checkout_ended",
      "payment_refused",
      "payments_unconfigured",
      "idempotency_key_required",
      "idempotency_key_reused",
    ],
  },
  ({ ctx, body }) => placeOrder(ctx, body),
);

orders.get(
  "/",
  "List one's orders, or those of a merchant",
  {
    auth: visitor,
    query: PageQuery.extend(OrderFilter.shape),
    list: OrderSummary,
    throws: ["merchant_not_found", "merchant_role_required", "invalid_cursor"],
  },
  ({ ctx, query }) => listOrders(ctx, query),
);

orders.get(
  "/{id}",
  "Read an order",
  { auth: visitor, params: OrderId, returns: { 200: Order }, throws: ["order_not_found"] },
  ({ ctx, params }) => readOrder(ctx, params.id),
);

orders.post(
  "/{id}/cancel",
  "Cancel an order",
  {
    auth: visitor,
    params: OrderId,
    body: z.object({ reason: z.string().trim().max(200).optional() }),
    returns: { 200: Order },
    throws: ["order_not_found", "not_cancellable", "payment_in_progress"],
  },
  ({ ctx, params, body }) => cancelOrder(ctx, params.id, body.reason || null),
);

orders.post(
  "/{id}/fulfilments",
  "Ship a parcel of an order",
  {
    auth: user,
    params: OrderId,
    body: NewFulfilment,
    returns: { 201: Order },
    throws: ["not_yours_to_ship", "several_merchants", "not_shippable", "shipped_already"],
  },
  ({ ctx, params, body }) => shipParcel(ctx, params.id, body),
);

orders.post(
  "/{id}/deliver",
  "Say that the parcels of an order have arrived",
  {
    auth: user,
    params: OrderId,
    returns: { 200: Order },
    throws: ["order_not_found", "nothing_to_deliver"],
  },
  ({ ctx, params }) => deliverParcels(ctx, params.id),
);

export const payments = router("Payments");

payments.post(
  "/intent",
  "Read the payment of an order",
  {
    auth: visitor,
    body: z.object({ orderId: z.uuid() }),
    returns: { 200: OrderPayment },
    throws: ["order_not_found"],
  },
  ({ ctx, body }) => readPayment(ctx, body.orderId),
);

payments.post(
  "/confirm",
  "Confirm the payment of an order",
  {
    auth: visitor,
    body: z.object({ orderId: z.uuid(), paymentMethod: z.string().min(1).max(100) }),
    returns: { 200: PlacedOrder },
    throws: ["order_not_found", "payment_declined", "payments_unconfigured"],
  },
  ({ ctx, body }) => confirmPayment(ctx, body),
);
