import { anyone } from "../../http/guard";
import { PageQuery } from "../../http/page";
import { router } from "../../http/route";
import { visitor } from "../../identity/guard";
import { NewReview, Review } from "./reviewSchema";
import { createReview, showReviews } from "./reviews";
import { ProductId } from "./schema";

export const reviews = router("Products");

reviews.get(
  "/{id}/reviews",
  "List reviews",
  {
    auth: anyone,
    params: ProductId,
    query: PageQuery,
    list: Review,
    throws: ["invalid_cursor", "product_not_found"],
  },
  ({ ctx, params, query }) => showReviews(ctx, params.id, query),
);

reviews.post(
  "/{id}/reviews",
  "Review a product that one has bought",
  {
    auth: visitor,
    params: ProductId,
    body: NewReview,
    returns: { 201: Review },
    throws: ["product_not_found", "review_needs_purchase", "already_reviewed"],
  },
  ({ ctx, params, body }) => createReview(ctx, params.id, body),
);
