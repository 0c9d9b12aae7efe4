import { epoch, iso } from "../../lib/time";
import type { Promotion, Terms } from "./schema";
import { currencyOf } from "./schema";
import type { promotions, promotionView } from "./tables";

type Row = { [K in keyof typeof promotionView]: (typeof promotions.$inferSelect)[K] };

/** The terms on the wire as columns: sums in minor units of the promotion's one currency. */
export function rowOf(terms: Terms) {
  const { minimum, budget, startsAt, endsAt, ...rest } = terms;
  return {
    ...rest,
    currency: currencyOf(terms).currency,
    minimum: minimum?.amount ?? null,
    budget: budget?.amount ?? null,
    startsAt: epoch(startsAt),
    endsAt: epoch(endsAt),
  };
}

/** The terms of a row, as a change is merged into them. */
export function termsOf(row: Row): Omit<Terms, "status"> & { status: Row["status"] } {
  const { currency } = row;
  const sum = (amount: number | null) =>
    amount === null || currency === null ? null : { amount, currency };
  return {
    title: row.title,
    code: row.code,
    status: row.status,
    benefit: row.benefit,
    eligible: row.eligible,
    minimum: sum(row.minimum),
    startsAt: iso(row.startsAt),
    endsAt: iso(row.endsAt),
    stacking: row.stacking,
    priority: row.priority,
    usageLimit: row.usageLimit,
    customerLimit: row.customerLimit,
    budget: sum(row.budget),
  };
}

export function presentPromotion(row: Row): Promotion {
  return {
    ...termsOf(row),
    id: row.id,
    merchantId: row.merchantId,
    held: row.held,
    used: row.used,
    spent: row.currency && { amount: row.budgetUsed, currency: row.currency },
    version: row.version,
    createdAt: iso(row.createdAt),
    updatedAt: iso(row.updatedAt),
  };
}
