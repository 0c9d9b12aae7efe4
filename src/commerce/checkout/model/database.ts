import type { CheckoutEvent } from "../events";
import type { Scenario } from "./scenario";

/** What D1 holds of the two checkouts; each function below is one atomic batch. */
export interface Database {
  rows: ("none" | "live" | "paid" | "closed")[];
  orders: ("none" | "pending_payment" | "paid" | "expired" | "cancelled")[];
  /** How often the effects of a payment were written: order number, ledger, outbox. */
  completions: number[];
  /** Versions of the carts; a paid checkout empties its cart. */
  carts: number[];
  alerts: boolean[];
}

type Batch<A extends unknown[] = []> = (
  database: Database,
  scenario: Scenario,
  me: number,
  ...rest: A
) => [Database, CheckoutEvent];

export const openCheckout: Batch = (database, { checkouts }, me) => {
  const mine = checkouts[me];
  if (!mine) return [database, { type: "openRefused", live: null }];
  if (database.rows[me] === "live") return [database, { type: "opened" }];
  const other = checkouts.findIndex(
    ({ cart }, index) => index !== me && cart === mine.cart && database.rows[index] === "live",
  );
  const rival = checkouts[other];
  if (rival) {
    const live = { checkoutId: `c${other}`, hash: rival.hash };
    return [database, { type: "openRefused", live }];
  }
  const stale = database.carts[mine.cart] !== mine.version || database.rows[me] !== "none";
  if (stale) return [database, { type: "openRefused", live: null }];
  return [put(database, "rows", me, "live"), { type: "opened" }];
};

export const recordOrder: Batch = (database, { coupons }, me) => {
  if (database.orders[me] !== "none") return [database, { type: "recorded" }];
  const used = database.orders.filter((order) => order === "pending_payment" || order === "paid");
  const refused = database.rows[me] !== "live" || used.length >= coupons;
  if (refused) return [database, { type: "recordRefused", reason: "promotion_exhausted" }];
  return [put(database, "orders", me, "pending_payment"), { type: "recorded" }];
};

export const completeOrder: Batch = (database, { checkouts }, me) => {
  if (database.orders[me] === "paid") return [database, { type: "completed" }];
  if (database.orders[me] !== "pending_payment") return [database, { type: "completeRefused" }];
  const paid = put(put(database, "orders", me, "paid"), "rows", me, "paid");
  const done = put(paid, "completions", me, (paid.completions[me] ?? 0) + 1);
  const cart = checkouts[me]?.cart ?? 0;
  const bought = done.carts[cart] === checkouts[me]?.version;
  const emptied = bought ? put(done, "carts", cart, (done.carts[cart] ?? 0) + 1) : done;
  return [emptied, { type: "completed" }];
};

export const closeCheckout: Batch<["expired" | "cancelled"]> = (database, _, me, status) => {
  const answer = { type: "closed" } as const;
  if (database.rows[me] === "paid") return [database, answer];
  const closed = put(database, "rows", me, "closed");
  const pending = closed.orders[me] === "pending_payment";
  return [pending ? put(closed, "orders", me, status) : closed, answer];
};

export const recordReview: Batch = (database, _, me) => [
  put(database, "alerts", me, true),
  { type: "reviewed" },
];

export function put<K extends keyof Database>(
  database: Database,
  key: K,
  index: number,
  value: Database[K][number],
): Database {
  const changed = database[key].map((old, at) => (at === index ? value : old));
  return { ...database, [key]: changed };
}
