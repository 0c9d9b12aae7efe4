import fc from "fast-check";
import { money } from "../../lib/money";
import type { Benefit, Selection } from "./schema";
import type { PricedLine, PromotionTerms } from "./terms";

/** Carts and promotions for the property tests: few ids, so that scopes and selections overlap often. */

export const everything: Selection = { productIds: [], variantIds: [], categoryIds: [] };

export const promotion = (changes: Partial<PromotionTerms> = {}): PromotionTerms => ({
  id: "p1",
  merchantId: null,
  title: "Sale",
  code: null,
  status: "active",
  benefit: { kind: "percent", basisPoints: 1000 },
  eligible: everything,
  currency: null,
  minimum: null,
  startsAt: null,
  endsAt: null,
  stacking: "combinable",
  priority: 0,
  usageLimit: null,
  held: 0,
  used: 0,
  customerLimit: null,
  budget: null,
  budgetHeld: 0,
  budgetUsed: 0,
  ...changes,
});

export const line = (
  variantId: string,
  unitPrice: number,
  quantity = 1,
  changes: Partial<PricedLine> = {},
): PricedLine => ({
  merchantId: "m1",
  productId: `product-${variantId}`,
  variantId,
  categoryIds: [],
  quantity,
  unitPrice: money(unitPrice, "EUR"),
  ...changes,
});

const merchant = fc.constantFrom("m1", "m2", "m3");
const product = fc.constantFrom("a", "b", "c", "d");
const category = fc.constantFrom("shirts", "clothing", "tea");

const selection = fc.oneof(
  { weight: 2, arbitrary: fc.constant(everything) },
  fc.record({
    productIds: fc.array(product, { maxLength: 2 }),
    variantIds: fc.constant<string[]>([]),
    categoryIds: fc.array(category, { maxLength: 2 }),
  }),
);

const units = fc.integer({ min: 1, max: 4 });
const basisPoints = fc.integer({ min: 1, max: 10_000 });
const optional = <T>(arbitrary: fc.Arbitrary<T>) => fc.option(arbitrary, { freq: 3 });

const benefit: fc.Arbitrary<Benefit> = fc.oneof(
  fc.record({ kind: fc.constant("percent" as const), basisPoints }),
  fc.record({
    kind: fc.constant("amount" as const),
    amount: fc.integer({ min: 1, max: 50_000 }).map((amount) => money(amount, "EUR")),
  }),
  fc.constant({ kind: "free_shipping" as const }),
  fc.record({
    kind: fc.constant("buy_x_get_y" as const),
    buy: units,
    get: units,
    basisPoints,
    reward: optional(selection),
    timesPerOrder: optional(units),
  }),
);

const terms = fc.record({
  merchantId: optional(merchant),
  benefit,
  eligible: selection,
  minimum: optional(fc.integer({ min: 1, max: 30_000 })),
  stacking: fc.constantFrom("combinable" as const, "exclusive" as const),
  priority: fc.integer({ min: 0, max: 2 }),
  budget: optional(fc.integer({ min: 1, max: 20_000 })),
});

export const somePromotions = fc
  .array(terms, { maxLength: 6 })
  .map((list) => list.map((some, i) => promotion({ ...some, id: `p${i}`, currency: "EUR" })));

export const someLines = fc
  .array(
    fc.record({
      merchantId: merchant,
      productId: product,
      categoryIds: fc.uniqueArray(category, { maxLength: 2 }),
      quantity: fc.integer({ min: 1, max: 6 }),
      unitPrice: fc.integer({ min: 0, max: 20_000 }).map((amount) => money(amount, "EUR")),
    }),
    { maxLength: 8 },
  )
  .map((list) => list.map((some, i) => ({ ...some, variantId: `v${i}` })));
