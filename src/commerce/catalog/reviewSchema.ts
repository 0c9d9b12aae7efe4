import { z } from "zod";

export const Review = z
  .object({
    id: z.uuid(),
    productId: z.uuid(),
    author: z.object({ id: z.uuid(), displayName: z.string() }),
    rating: z.int(),
    text: z.string(),
    createdAt: z.iso.datetime(),
  })
  .meta({ id: "Review" });
export type Review = z.output<typeof Review>;

export const NewReview = z
  .object({ rating: z.int().min(1).max(5), text: z.string().trim().max(5_000).default("") })
  .meta({ id: "NewReview" });
export type NewReview = z.output<typeof NewReview>;
