import { and, desc, eq, lt, sql } from "drizzle-orm";
import type { AnyContext, Context } from "../../data/context";
import { violates } from "../../data/database";
import { commit, emit } from "../../data/outbox";
import { cached, invalidate } from "../../http/cache";
import { afterCursor, type PageQuery, pageOf } from "../../http/page";
import { users } from "../../identity/users/tables";
import { newId } from "../../lib/id";
import { iso } from "../../lib/time";
import { readProduct } from "./detail";
import { refuse } from "./problems";
import type { NewReview } from "./reviewSchema";
import { hasBought } from "./sales";
import { products, reviews } from "./tables";
import { tags } from "./tags";

/** One of each buyer; the product's average changes with it. */
export async function createReview(ctx: Context, productId: string, input: NewReview) {
  const { rating, text } = input;
  const { id: authorId } = ctx.actor;
  const id = newId();
  const now = Date.now();
  const [[review], , , [author]] = await commit(ctx, [
    ctx.db
      .insert(reviews)
      .select(
        sql`SELECT ${id}, ${productId}, ${authorId}, ${rating}, ${text}, ${now}
          WHERE ${hasBought(ctx, authorId, productId)}`,
      )
      .returning({ id: reviews.id }),
    ctx.db
      .update(products)
      .set({
        ratingSum: sql`${products.ratingSum} + ${rating}`,
        ratingCount: sql`${products.ratingCount} + 1`,
      })
      .where(sql`${products.id} = ${productId} AND changes() > 0`),
    emit(ctx, "product.changed", { productId }),
    ctx.db.select({ displayName: users.displayName }).from(users).where(eq(users.id, authorId)),
  ]).catch((error) => {
    throw violates(error, "reviews.") ? refuse("already_reviewed") : error;
  });
  if (!review) {
    await readProduct(ctx, productId);
    throw refuse("review_needs_purchase");
  }
  invalidate(ctx, tags.catalogue, tags.product(productId));
  const { displayName = "" } = author ?? {};
  const createdAt = iso(now);
  return { id, productId, author: { id: authorId, displayName }, rating, text, createdAt };
}

/** Newest first, kept for a minute. */
export function showReviews(ctx: AnyContext, productId: string, query: PageQuery) {
  const key = `reviews:${productId}:${JSON.stringify(query)}`;
  const on = [tags.product(productId), tags.merchants];
  return cached(ctx, { key, shared: true, tags: on, seconds: 60 }, () =>
    listReviews(ctx, productId, query),
  );
}

async function listReviews(ctx: AnyContext, productId: string, { limit, cursor }: PageQuery) {
  const list = `reviews|${productId}`;
  const after = await afterCursor<readonly [string]>(list, cursor);
  const rows = await ctx.db
    .select({
      id: reviews.id,
      authorId: reviews.userId,
      displayName: users.displayName,
      rating: reviews.rating,
      text: reviews.text,
      createdAt: reviews.createdAt,
    })
    .from(reviews)
    .innerJoin(users, eq(users.id, reviews.userId))
    .where(and(eq(reviews.productId, productId), after ? lt(reviews.id, after[0]) : undefined))
    .orderBy(desc(reviews.id))
    .limit(limit + 1);
  if (rows.length === 0) await readProduct(ctx, productId);
  const items = rows.map(({ authorId, displayName, createdAt, ...row }) => ({
    ...row,
    productId,
    author: { id: authorId, displayName },
    createdAt: iso(createdAt),
  }));
  return pageOf(list, items, limit, (last) => [last.id]);
}
