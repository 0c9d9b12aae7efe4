import { z } from "zod";
import { PageQuery } from "../../http/page";
import { Currency, Money, Price } from "../schema";
import { oversells, statuses } from "./choices";

const text = (most: number) =>
  z
    .string()
    .trim()
    .min(1)
    .max(most)
    .regex(/^\P{Cc}+$/u, "Control characters are not allowed");

export const ProductId = z.object({ id: z.uuid() });
export const Sku = z.string().regex(/^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/);
export const Tag = z
  .string()
  .trim()
  .toLowerCase()
  .regex(/^[\p{L}\p{N}][\p{L}\p{N} _-]{0,39}$/u);

export const CategoryRef = z
  .object({ id: z.uuid(), slug: z.string(), name: z.string() })
  .meta({ id: "CategoryRef" });

export const Image = z
  .object({
    id: z.uuid(),
    url: z.string(),
    thumbnails: z.object({ 160: z.string(), 480: z.string(), 1200: z.string() }),
    alt: z.string(),
    width: z.int(),
    height: z.int(),
  })
  .meta({ id: "ProductImage" });
export type Image = z.output<typeof Image>;

export const VariantPrice = Money.extend({
  lowestBefore: z.int().nullable().meta({
    description: "While the price is reduced: the lowest of the 30 days before the reduction",
  }),
}).meta({ id: "VariantPrice" });

export const Variant = z
  .object({
    id: z.uuid(),
    sku: z.string(),
    title: z.string(),
    options: z.record(z.string(), z.string()),
    weightGrams: z.int(),
    oversell: z.enum(oversells),
    prices: z.array(VariantPrice),
    available: z.int().nullable().meta({ description: "Null for stock that is not counted" }),
    inStock: z.boolean(),
  })
  .meta({ id: "Variant" });
export type Variant = z.output<typeof Variant>;

const shown = {
  id: z.uuid(),
  merchantId: z.uuid(),
  merchantName: z.string(),
  title: z.string(),
  category: CategoryRef.nullable(),
  tags: z.array(z.string()),
  status: z.enum(statuses),
  featured: z.boolean(),
  rating: z.object({ average: z.number().nullable(), count: z.int() }),
  inStock: z.boolean(),
  createdAt: z.iso.datetime(),
  updatedAt: z.iso.datetime(),
  version: z.int(),
};

/** A product as lists show it: `price` is the lowest of its variants in the market asked for. */
export const ProductCard = z
  .object({ ...shown, price: Money, image: Image.nullable() })
  .meta({ id: "ProductCard" });
export type ProductCard = z.output<typeof ProductCard>;

export const Product = z
  .object({
    ...shown,
    description: z.string(),
    categories: z.array(CategoryRef),
    variants: z.array(Variant),
    images: z.array(Image),
  })
  .meta({ id: "Product" });
export type Product = z.output<typeof Product>;

const unique = (values: readonly string[]) => new Set(values).size === values.length;

export const NewVariant = z
  .object({
    sku: Sku,
    title: text(120).or(z.literal("")).default(""),
    options: z
      .record(text(40), text(80))
      .refine((options) => Object.keys(options).length <= 10, "at most ten options")
      .default({}),
    weightGrams: z.int().min(0).max(1_000_000).default(0),
    oversell: z.enum(oversells).default("deny"),
    prices: z
      .array(Price)
      .min(1)
      .max(20)
      .refine((all) => unique(all.map((one) => one.currency)), "one price for each currency"),
    stock: z.int().min(0).max(1_000_000_000).default(0).meta({
      description: "What a new variant begins with; a known one keeps its stock",
    }),
  })
  .meta({ id: "NewVariant" });
export type NewVariant = z.output<typeof NewVariant>;

const fields = {
  title: text(200),
  description: z.string().trim().max(20_000),
  category: z.string().trim().min(1).max(80).nullable().meta({ description: "Its id or slug" }),
  tags: z
    .array(Tag)
    .max(20)
    .transform((tags) => [...new Set(tags)]),
  status: z.enum(statuses),
  featured: z.boolean(),
  variants: z
    .array(NewVariant)
    .min(1)
    .max(100)
    .refine((all) => unique(all.map((one) => one.sku)), "each SKU once"),
};

export const WholeProduct = z
  .object({
    ...fields,
    description: fields.description.default(""),
    category: fields.category.default(null),
    tags: fields.tags.default([]),
    status: fields.status.default("draft"),
    featured: fields.featured.default(false),
  })
  .meta({ id: "WholeProduct" });

/** `merchantId` may be left out by a manager of one merchant. */
export const NewProduct = WholeProduct.extend({ merchantId: z.uuid().optional() }).meta({
  id: "NewProduct",
});
export type NewProduct = z.output<typeof NewProduct>;

export const ProductChange = z
  .object(fields)
  .partial()
  .refine((change) => Object.keys(change).length > 0, "name at least one field to change")
  .meta({ id: "ProductChange", description: "Variants that are left out are archived" });
export type ProductChange = z.output<typeof ProductChange>;

const flag = z.enum(["true", "false"]).transform((value) => value === "true");
const amount = z.coerce.number().int().min(0).max(999_999_999_999);

export const ProductFilter = z.object({
  merchantId: z.uuid().optional(),
  category: z.string().min(1).max(80).optional(),
  tag: Tag.optional(),
  currency: Currency.optional(),
  minPrice: amount.optional(),
  maxPrice: amount.optional(),
  inStock: flag.optional(),
  featured: flag.optional(),
  status: z.enum(statuses).optional().meta({ description: "Of one's own merchant only" }),
  sort: z.enum(["newest", "price", "-price", "popular"]).default("newest"),
});
export type ProductFilter = z.output<typeof ProductFilter>;
export const ProductQuery = PageQuery.extend(ProductFilter.shape);
