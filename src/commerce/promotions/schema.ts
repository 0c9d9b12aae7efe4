import { z } from "zod";
import { Amount, BasisPoints, Price } from "../schema";

const ids = z.array(z.uuid()).max(500);

/** Any of the lists may name a line; three empty lists name every line. A category means its subcategories too. */
export const Selection = z
  .object({
    productIds: ids.default([]),
    variantIds: ids.default([]),
    categoryIds: ids.default([]),
  })
  .meta({ id: "Selection" });
export type Selection = z.infer<typeof Selection>;

const units = z.int().min(1).max(1000);

/**
 * `amount` is taken once from all eligible lines together. In `buy_x_get_y` the cheapest units are
 * the rewarded ones; without `reward` they come from the same eligible lines.
 */
export const Benefit = z
  .discriminatedUnion("kind", [
    z.object({ kind: z.literal("percent"), basisPoints: BasisPoints.min(1) }),
    z.object({ kind: z.literal("amount"), amount: Price }),
    z.object({ kind: z.literal("free_shipping") }),
    z.object({
      kind: z.literal("buy_x_get_y"),
      buy: units,
      get: units,
      basisPoints: BasisPoints.min(1).default(10_000),
      reward: Selection.nullable().default(null),
      timesPerOrder: units.nullable().default(null),
    }),
  ])
  .meta({ id: "Benefit" });
export type Benefit = z.infer<typeof Benefit>;

export const statuses = ["active", "paused", "archived"] as const;
export const stackings = ["exclusive", "combinable"] as const;

/** Why a promotion, or a promotion on one line, gave nothing. */
export const Refusal = z
  .enum([
    "inactive",
    "not_started",
    "expired",
    "currency_mismatch",
    "no_eligible_items",
    "below_minimum",
    "usage_exhausted",
    "customer_limit_reached",
    "budget_exhausted",
    "not_combinable",
    "not_enough_items",
    "nothing_left",
  ])
  .meta({ id: "PromotionRefusal" });
export type Refusal = z.infer<typeof Refusal>;

const time = z.iso.datetime({ offset: true });
const limit = z.int().min(1).max(1_000_000_000);

export const PromotionCode = z
  .string()
  .trim()
  .toUpperCase()
  .regex(/^[A-Z0-9][A-Z0-9_-]{2,39}$/, "3 to 40 letters, digits, hyphens or underscores");

const terms = z.object({
  title: z.string().trim().min(1).max(120),
  code: PromotionCode.nullable(),
  status: z.enum(["active", "paused"]),
  benefit: Benefit,
  eligible: Selection,
  minimum: Price.nullable(),
  startsAt: time.nullable(),
  endsAt: time.nullable(),
  stacking: z.enum(stackings),
  priority: z.int().min(-1000).max(1000),
  usageLimit: limit.nullable(),
  customerLimit: limit.nullable(),
  budget: Price.nullable(),
});

export type Terms = z.infer<typeof terms>;

/** Every sum of money in a promotion is in one currency, which its minimum and budget are counted in. */
export function currencyOf({
  benefit,
  minimum,
  budget,
}: Pick<Terms, "benefit" | "minimum" | "budget">) {
  const sums = [benefit.kind === "amount" ? benefit.amount : null, minimum, budget];
  const found = new Set(sums.flatMap((sum) => sum?.currency ?? []));
  return { currency: [...found][0] ?? null, mixed: found.size > 1 };
}

/** A null `merchantId` is the platform's own promotion, for the lines of every merchant. */
export const NewPromotion = terms
  .extend({
    merchantId: z.uuid().nullable().default(null),
    code: terms.shape.code.default(null),
    status: terms.shape.status.default("active"),
    eligible: Selection.default({ productIds: [], variantIds: [], categoryIds: [] }),
    minimum: terms.shape.minimum.default(null),
    startsAt: terms.shape.startsAt.default(null),
    endsAt: terms.shape.endsAt.default(null),
    stacking: terms.shape.stacking.default("combinable"),
    priority: terms.shape.priority.default(0),
    usageLimit: terms.shape.usageLimit.default(null),
    customerLimit: terms.shape.customerLimit.default(null),
    budget: terms.shape.budget.default(null),
  })
  .refine((promotion) => !currencyOf(promotion).mixed, {
    path: ["benefit"],
    message: "Amount, minimum and budget must be in one currency",
  })
  .refine(
    ({ startsAt, endsAt }) => !startsAt || !endsAt || Date.parse(startsAt) < Date.parse(endsAt),
    {
      path: ["endsAt"],
      message: "Must end after it starts",
    },
  )
  .meta({ id: "NewPromotion" });
export type NewPromotion = z.infer<typeof NewPromotion>;

/** Merged into the current terms, which must then still be a valid promotion. */
export const PromotionPatch = terms.partial().meta({ id: "PromotionPatch" });
export type PromotionPatch = z.infer<typeof PromotionPatch>;

export const Promotion = terms
  .extend({
    id: z.string(),
    merchantId: z.string().nullable(),
    status: z.enum(statuses),
    held: z.int(),
    used: z.int(),
    spent: Amount.nullable(),
    version: z.int(),
    createdAt: z.iso.datetime(),
    updatedAt: z.iso.datetime(),
  })
  .meta({ id: "Promotion" });
export type Promotion = z.infer<typeof Promotion>;
