import { z } from "zod";

export const CatalogueImport = z
  .object({
    id: z.uuid(),
    merchantId: z.uuid(),
    status: z.enum(["queued", "running", "succeeded", "failed"]),
    lines: z.int().meta({ description: "Lines below the first" }),
    done: z.int().meta({ description: "Lines taken in so far, and those with errors" }),
    created: z.int().meta({ description: "Products" }),
    updated: z.int().meta({ description: "Products" }),
    failed: z.int().meta({ description: "Rows with an error" }),
    errors: z.array(z.object({ line: z.int(), message: z.string() })).meta({
      description: "The first thousand",
    }),
    createdAt: z.iso.datetime(),
    updatedAt: z.iso.datetime(),
  })
  .meta({ id: "CatalogueImport" });
export type CatalogueImport = z.output<typeof CatalogueImport>;

export const ImportId = z.object({ id: z.uuid() });
export const MerchantQuery = z.object({ merchantId: z.uuid() });
