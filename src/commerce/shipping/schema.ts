import { z } from "zod";
import { countries } from "../../lib/countries";
import { Amount, BasisPoints, Currency, Price } from "../schema";

/** A country, or "*" for every country that no row of its own names. */
export const Zone = z.enum(["*", ...countries]).meta({ id: "Zone", example: "DE" });
export type Zone = z.infer<typeof Zone>;

/** `inclusive`: the merchant's prices for this country already contain the tax. */
const taxRate = z.object({
  country: Zone,
  categoryId: z.uuid().nullable(),
  basisPoints: BasisPoints,
  inclusive: z.boolean(),
  taxesShipping: z.boolean(),
});

/** Shipping is taxed by a country's general rate, the one without a category, if that says so. */
export const NewTaxRate = taxRate
  .extend({
    categoryId: taxRate.shape.categoryId.default(null),
    inclusive: z.boolean().default(false),
    taxesShipping: z.boolean().default(false),
  })
  .refine(({ categoryId, taxesShipping }) => categoryId === null || !taxesShipping, {
    path: ["taxesShipping"],
    message: "Only a rate without a category can tax shipping",
  })
  .meta({ id: "NewTaxRate" });
export type NewTaxRate = z.infer<typeof NewTaxRate>;

export const TaxRate = taxRate.extend({ id: z.string() }).meta({ id: "TaxRate" });
export type TaxRate = z.infer<typeof TaxRate>;

const rising = "Bounds must rise, and only the last may be open";
const tiersBy = <Bound extends z.ZodType>(upTo: Bound) =>
  z
    .array(z.object({ upTo: upTo.nullable(), price: Amount }))
    .min(1)
    .max(50);
const grams = z.int().min(1).max(1_000_000_000);

/** A tier holds up to and with its bound, the last may have none; what no tier holds is not shipped. */
export const ShippingCost = z
  .discriminatedUnion("kind", [
    z.object({ kind: z.literal("flat"), price: Amount }),
    z.object({ kind: z.literal("weight"), tiers: tiersBy(grams).refine(isRising, rising) }),
    z.object({
      kind: z.literal("price"),
      tiers: tiersBy(Price).refine((tiers) => isRising(tiers.map(byAmount)), rising),
    }),
  ])
  .meta({ id: "ShippingCost" });
export type ShippingCost = z.infer<typeof ShippingCost>;

const shippingRate = z.object({
  country: Zone,
  currency: Currency,
  cost: ShippingCost,
  /** Free for goods worth at least this, after discounts. */
  freeAbove: Price.nullable(),
});

/** One rate per zone and currency; every sum in it is in that currency. */
export const NewShippingRate = shippingRate
  .extend({ freeAbove: shippingRate.shape.freeAbove.default(null) })
  .refine(
    ({ currency, cost, freeAbove }) => currenciesIn(cost, freeAbove).every((c) => c === currency),
    {
      path: ["cost"],
      message: "Every sum must be in the currency of the rate",
    },
  )
  .meta({ id: "NewShippingRate" });
export type NewShippingRate = z.infer<typeof NewShippingRate>;

export const ShippingRate = shippingRate.extend({ id: z.string() }).meta({ id: "ShippingRate" });
export type ShippingRate = z.infer<typeof ShippingRate>;

function isRising(tiers: readonly { upTo: number | null }[]): boolean {
  return tiers.every(({ upTo }, i) => {
    const next = tiers[i + 1];
    return !next || (upTo !== null && (next.upTo === null || next.upTo > upTo));
  });
}

function byAmount({ upTo }: { upTo: Price | null }) {
  return { upTo: upTo?.amount ?? null };
}

function currenciesIn(cost: ShippingCost, freeAbove: Price | null): Currency[] {
  const sums =
    cost.kind === "flat"
      ? [cost.price]
      : cost.tiers.flatMap(({ upTo, price }) =>
          upTo && typeof upTo === "object" ? [upTo, price] : [price],
        );
  return [...sums, freeAbove].flatMap((sum) => sum?.currency ?? []);
}
