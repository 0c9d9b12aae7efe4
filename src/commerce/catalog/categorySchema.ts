import { z } from "zod";

export const Category = z
  .object({
    id: z.uuid(),
    parentId: z.uuid().nullable(),
    slug: z.string(),
    name: z.string(),
    position: z.int(),
    version: z.int(),
  })
  .meta({ id: "Category" });
export type Category = z.output<typeof Category>;

export type CategoryNode = Category & { children: CategoryNode[] };
export const CategoryNode: z.ZodType<CategoryNode> = Category.extend({
  get children() {
    return z.array(CategoryNode);
  },
}).meta({ id: "CategoryNode" });

const name = z
  .string()
  .trim()
  .min(1)
  .max(80)
  .regex(/^\P{Cc}+$/u, "Control characters are not allowed");
const slug = z
  .string()
  .regex(/^[a-z0-9]+(-[a-z0-9]+)*$/)
  .max(80);
const parent = z.string().min(1).max(80).nullable().meta({ description: "Its id or slug" });
const position = z.int().min(0).max(1_000_000);

export const NewCategory = z
  .object({
    name,
    slug: slug.optional(),
    parent: parent.default(null),
    position: position.default(0),
  })
  .meta({ id: "NewCategory" });
export type NewCategory = z.output<typeof NewCategory>;

export const CategoryChange = z
  .object({ name, slug, parent, position })
  .partial()
  .refine((change) => Object.keys(change).length > 0, "name at least one field to change")
  .meta({ id: "CategoryChange" });
export type CategoryChange = z.output<typeof CategoryChange>;

export const CategoryId = z.object({ id: z.uuid() });

/** "Lámpák & More" → "lampak-more". */
export const slugOf = (text: string): string =>
  text
    .normalize("NFKD")
    .replace(/\p{M}/gu, "")
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, "-")
    .replace(/^-|-$/g, "")
    .slice(0, 80) || "category";
