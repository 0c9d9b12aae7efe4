import type { Stray } from "./strays";
import type { CheckoutStep } from "./transitions";

export interface PurchaseLine {
  variantId: string;
  quantity: number;
}

/** What the saga needs of the frozen quote; prices, tax and addresses stay with the caller. */
export interface Purchase {
  cartId: string;
  hash: string;
  /** Minor units; 0 is a free order and needs no payment. */
  amount: number;
  currency: string;
  /** One line per variant, ordered by id. */
  lines: PurchaseLine[];
}

/** Why a checkout ended without being paid. */
export type Ending =
  | "cancelled"
  | "expired"
  | "superseded"
  | "insufficient_stock"
  | "cart_changed"
  | "duplicate"
  | "payment_in_progress"
  | "promotion_exhausted"
  | "payment_refused"
  | "payment_unavailable"
  | "refunded";

/** Why money was taken and yet nothing may be shipped until a person has decided. */
export type ReviewReason = "amount_mismatch" | "stock_lost" | "order_lost";

export interface CheckoutState {
  id: string;
  purchase: Purchase;
  /** Milliseconds since 1970, as every time here. */
  expiresAt: number;
  step: CheckoutStep;
  /** The first reason wins; set while money can still move, it only records the wish to end. */
  ending: Ending | null;
  /** The line that reserving, committing or releasing is at. */
  cursor: number;
  /** Lines below it may hold stock and are released. */
  touched: number;
  /** Lines below it were committed and are put back rather than released. */
  committed: number;
  /** An older copy of the current reservation may still arrive. */
  doubtful: boolean;
  /** What the refused variant still has. */
  left: { variantId: string; available: number } | null;
  /** The live checkout that stands in this one's way. */
  rival: string | null;
  attempt: number;
  intent: { id: string; clientSecret: string } | null;
  /** A hint came during a look, so one more look is due. */
  lookAgain: boolean;
  /** Refused cancellations: each needs a new key, for the provider replays a stored refusal. */
  cancels: number;
  problem: ReviewReason | null;
  /** The administrators have been told of the problem. */
  noted: boolean;
  /** Wake-ups without progress, for the back-off. */
  waits: number;
  strays: Stray[];
}

/** One line per variant, ordered by id, so that of two rivals one always wins. */
export function sumLines(lines: readonly PurchaseLine[]): PurchaseLine[] {
  const quantities = new Map<string, number>();
  for (const { variantId, quantity } of lines)
    quantities.set(variantId, (quantities.get(variantId) ?? 0) + quantity);
  return [...quantities]
    .map(([variantId, quantity]) => ({ variantId, quantity }))
    .sort((a, b) => (a.variantId < b.variantId ? -1 : 1));
}

/** `lifetime` is how long the buyer may take to pay, in milliseconds. */
export function newCheckout(
  id: string,
  purchase: Purchase,
  now: number,
  lifetime = 15 * 60_000,
): CheckoutState {
  const lines = sumLines(purchase.lines);
  if (lines.length === 0) throw new RangeError("a purchase has at least one line");
  return {
    id,
    purchase: { ...purchase, lines },
    expiresAt: now + lifetime,
    step: "opening",
    ending: null,
    cursor: 0,
    touched: 0,
    committed: 0,
    doubtful: false,
    left: null,
    rival: null,
    attempt: 0,
    intent: null,
    lookAgain: false,
    cancels: 0,
    problem: null,
    noted: false,
    waits: 0,
    strays: [],
  };
}
