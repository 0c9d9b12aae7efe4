import { z } from "zod";

const quantity = z.int();

export const StockMovement = z
  .object({
    sequence: z.int(),
    kind: z.enum(["restock", "adjust", "sale", "backfill"]),
    quantity,
    reference: z.string(),
    reason: z.string().nullable(),
    actorId: z.uuid().nullable(),
    createdAt: z.iso.datetime(),
  })
  .meta({ id: "StockMovement" });

/** `available` is null where nothing is counted. */
export const Stock = z
  .object({
    variantId: z.uuid(),
    onHand: quantity,
    held: quantity,
    promised: quantity,
    owed: quantity,
    available: quantity.nullable(),
    oversell: z.enum(["deny", "backorder", "untracked"]),
    backorderLimit: quantity,
    movements: z.array(StockMovement),
  })
  .meta({ id: "Stock" });
export type Stock = z.output<typeof Stock>;

/** `delta` above zero is a delivery, which goes to what is owed first; below zero a correction. */
export const StockChange = z
  .object({
    delta: z.int().min(-1_000_000).max(1_000_000).default(0),
    reason: z
      .string()
      .trim()
      .min(1)
      .max(200)
      .regex(/^\P{Cc}+$/u, "Control characters are not allowed"),
    backorderLimit: z.int().min(0).max(1_000_000).optional(),
  })
  .refine(({ delta, backorderLimit }) => delta !== 0 || backorderLimit !== undefined, {
    path: ["delta"],
    message: "Must not be zero",
  })
  .meta({ id: "StockChange" });
export type StockChange = z.output<typeof StockChange>;
