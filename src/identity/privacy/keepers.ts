import type { BatchItem } from "drizzle-orm/batch";
import type { AnyContext } from "../../data/context";
import {
  carts,
  media,
  memberships,
  ordersKept,
  purchasesKept,
  reviewsKept,
  tasksKept,
} from "./belongings";
import { account, credentials, sessionsKept, trail } from "./identity";

/** A part of the house that keeps something of people. */
export type Keeper = {
  /** What it keeps of this person, for them to take along: no secret, and nobody else's data. */
  tell(ctx: AnyContext, userId: string): Promise<unknown>;
  /** Statements that forget it; the account's first one closes it. What law or others need is kept without saying who it was. */
  forget?(ctx: AnyContext, userId: string, now: number): BatchItem<"sqlite">[];
};

/** The one map of what is kept of people: whoever keeps more adds a line. */
export const keepers: Record<string, Keeper> = {
  account,
  credentials,
  sessions: sessionsKept,
  audit: trail,
  tasks: tasksKept,
  memberships,
  carts,
  orders: ordersKept,
  purchases: purchasesKept,
  reviews: reviewsKept,
  media,
};
