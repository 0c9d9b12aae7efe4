import { and, eq, sql } from "drizzle-orm";
import { type Db, violates } from "../../data/database";
import type { Currency } from "../../lib/currencies";
import type { Refusal } from "./schema";
import { promotionCustomers, promotions, promotionUses } from "./tables";

/** What a checkout takes of a promotion: one use, and of its budget the amount. */
export type PromotionUse = { readonly promotionId: string; readonly amount: number };

type Hold = {
  readonly checkoutId: string;
  readonly customerId: string;
  readonly currency: Currency;
  readonly uses: readonly PromotionUse[];
  readonly now: number;
};

/**
 * For the batch that creates the order: holds every promotion of a checkout, once. A cap that is
 * reached fails its CHECK and so the whole batch (`capReached` tells which); a released hold stays released.
 */
export function holdPromotions(db: Db, { checkoutId, customerId, currency, uses, now }: Hold) {
  const wanted = sql`(SELECT value->>'promotionId' AS id, value->>'amount' AS amount
    FROM json_each(${JSON.stringify(uses)})) AS wanted`;
  const fresh = sql`NOT EXISTS (SELECT 1 FROM promotion_uses
    WHERE checkout_id = ${checkoutId} AND promotion_id = wanted.id)`;
  return [
    db
      .update(promotions)
      .set({ held: sql`held + 1`, budgetHeld: sql`budget_held + wanted.amount` })
      .from(wanted)
      .where(sql`${promotions.id} = wanted.id AND ${fresh}`),
    db
      .insert(promotionCustomers)
      .select(
        sql`SELECT p.id, ${customerId}, p.customer_limit, 1, 0
          FROM ${wanted} JOIN promotions AS p ON p.id = wanted.id WHERE ${fresh}`,
      )
      .onConflictDoUpdate({
        target: [promotionCustomers.customerId, promotionCustomers.promotionId],
        set: { held: sql`held + 1`, customerLimit: sql`excluded.customer_limit` },
      }),
    db
      .insert(promotionUses)
      .select(
        sql`SELECT wanted.id, ${checkoutId}, ${customerId}, wanted.amount, ${currency}, 'held',
          ${now}, NULL FROM ${wanted} WHERE true`,
      )
      .onConflictDoNothing(),
  ] as const;
}

/** For the batch that pays or ends the checkout: its holds become uses or are given back, once. */
export function settlePromotions(
  db: Db,
  checkoutId: string,
  state: "used" | "released",
  now: number,
) {
  const one = sql.raw(state === "used" ? "1" : "0");
  const held = sql`(SELECT promotion_id, customer_id, amount FROM promotion_uses
    WHERE checkout_id = ${checkoutId} AND state = 'held') AS hold`;
  return [
    db
      .update(promotions)
      .set({
        held: sql`held - 1`,
        used: sql`used + ${one}`,
        budgetHeld: sql`budget_held - hold.amount`,
        budgetUsed: sql`budget_used + hold.amount * ${one}`,
      })
      .from(held)
      .where(sql`${promotions.id} = hold.promotion_id`),
    db
      .update(promotionCustomers)
      .set({ held: sql`held - 1`, used: sql`used + ${one}` })
      .from(held)
      .where(
        sql`${promotionCustomers.promotionId} = hold.promotion_id
          AND ${promotionCustomers.customerId} = hold.customer_id`,
      ),
    db
      .update(promotionUses)
      .set({ state, settledAt: now })
      .where(and(eq(promotionUses.checkoutId, checkoutId), eq(promotionUses.state, "held"))),
  ] as const;
}

const caps: readonly [string, Refusal][] = [
  ["promotion_usage_limit", "usage_exhausted"],
  ["promotion_customer_limit", "customer_limit_reached"],
  ["promotion_budget", "budget_exhausted"],
];

/** Which cap refused a batch with a hold in it; null if something else did. */
export const capReached = (error: unknown): Refusal | null =>
  caps.find(([name]) => violates(error, name))?.[1] ?? null;
