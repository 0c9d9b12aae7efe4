import { z } from "zod";
import { Image, Sku } from "../catalog/schema";
import { PromotionCode, Refusal } from "../promotions/schema";
import { Country, Currency, Money } from "../schema";
import { mostUnits } from "./limits";

const Quantity = z.int().min(1).max(mostUnits);

export const NewItem = z
  .object({
    variantId: z.uuid().optional(),
    sku: Sku.optional(),
    merchantId: z.uuid().optional().meta({ description: "Where several merchants use the SKU" }),
    quantity: Quantity.default(1),
  })
  .refine(({ variantId, sku }) => (variantId === undefined) !== (sku === undefined), {
    path: ["sku"],
    message: "Name either sku or variantId",
  })
  .meta({ id: "NewCartItem" });
export type NewItem = z.output<typeof NewItem>;

export const ItemQuantity = z.object({ quantity: Quantity });
export const EnteredCode = z.object({ code: PromotionCode });

/** The variant's id serves too. */
export const ItemSku = z.object({ sku: Sku });
export const ItemQuery = z.object({ merchantId: z.uuid().optional() });

export const CartQuery = z.object({
  currency: Currency.optional().meta({
    description: "One's own if everything is sold in it, else the one that most of it is sold in",
  }),
  country: Country.optional().meta({ description: "Where to; without it, where one is" }),
});
export type CartQuery = z.output<typeof CartQuery>;

export const states = ["available", "too_few", "sold_out", "not_in_currency", "gone"] as const;
export type LineState = (typeof states)[number];

const outcome = {
  promotionId: z.string(),
  applied: z.boolean(),
  amount: z.int().optional(),
  reason: Refusal.optional(),
};

export const CartLine = z
  .object({
    variantId: z.uuid(),
    sku: z.string(),
    productId: z.uuid(),
    merchantId: z.uuid(),
    merchantName: z.string(),
    title: z.string(),
    variantTitle: z.string(),
    options: z.record(z.string(), z.string()),
    image: Image.nullable(),
    quantity: z.int(),
    state: z.enum(states),
    available: z.int().nullable().meta({ description: "Null for what is never short" }),
    unitPrice: Money.nullable(),
    lowestBefore: Money.nullable().meta({
      description: "While the price is reduced: the lowest of the 30 days before the reduction",
    }),
    gross: z.int(),
    discount: z.int(),
    tax: z.int(),
    total: z.int(),
    promotions: z.array(z.object(outcome)),
  })
  .meta({ id: "CartLine", description: "Lines that cannot be bought count nothing" });
export type CartLine = z.output<typeof CartLine>;

/** Each is told once. */
export const CartChange = z
  .discriminatedUnion("kind", [
    z.object({ kind: z.literal("price_changed"), variantId: z.uuid(), before: Money, now: Money }),
    z.object({ kind: z.literal("less_available"), variantId: z.uuid(), available: z.int() }),
    z.object({ kind: z.literal("sold_out"), variantId: z.uuid() }),
    z.object({ kind: z.literal("gone"), variantId: z.uuid() }),
    z.object({ kind: z.literal("available_again"), variantId: z.uuid() }),
    z.object({
      kind: z.literal("merged"),
      variantId: z.uuid(),
      before: z.int(),
      now: z.int(),
    }),
  ])
  .meta({ id: "CartChange" });
export type CartChange = z.output<typeof CartChange>;

const sums = {
  tax: z.int(),
  taxIncluded: z.int().meta({ description: "The part of the tax that the prices contain" }),
  total: z.int(),
};

/** Amounts are minor units of `currency`. */
export const Cart = z
  .object({
    currency: Currency,
    country: Country.nullable(),
    lines: z.array(CartLine),
    code: z.string().nullable(),
    promotions: z.array(
      z.object({
        ...outcome,
        merchantId: z.string().nullable(),
        title: z.string(),
        code: z.string().nullable(),
        missing: z.int().optional().meta({ description: "What the minimum still lacks" }),
        freeShipping: z.array(z.string()).optional(),
      }),
    ),
    merchants: z.array(
      z.object({
        merchantId: z.uuid(),
        name: z.string(),
        ships: z.boolean().meta({ description: "Whether it ships there; if not, shipping is 0" }),
        shipping: z.int(),
        shippingDiscount: z.int(),
        ...sums,
      }),
    ),
    totals: z
      .object({
        gross: z.int(),
        discount: z.int(),
        shipping: z.int(),
        shippingDiscount: z.int(),
        ...sums,
      })
      .nullable()
      .meta({ description: "Null if the sum is beyond exact numbers" }),
    changes: z.array(CartChange),
    version: z.int(),
  })
  .meta({ id: "Cart" });
export type Cart = z.output<typeof Cart>;
