/** What an order may become. Payment, shipping and returns are derived from records of their own. */
export const orderTransitions = {
  pending_payment: ["paid", "expired", "cancelled"],
  paid: ["processing", "cancelled"],
  processing: ["completed", "cancelled"],
  completed: [],
  expired: [],
  cancelled: [],
} as const;

export type OrderStatus = keyof typeof orderTransitions;

export const orderStatuses = Object.keys(orderTransitions) as [OrderStatus, ...OrderStatus[]];

/** From which statuses an order may become `next`: what the WHERE of a transition says. */
export const whence = (next: OrderStatus): OrderStatus[] =>
  orderStatuses.filter((status) =>
    (orderTransitions[status] as readonly OrderStatus[]).includes(next),
  );
