import { eq, sql } from "drizzle-orm";
import type { BatchItem } from "drizzle-orm/batch";
import type { Context } from "../../data/context";
import { commit } from "../../data/outbox";
import { refuse as refuseAny } from "../../http/problem";
import { countries } from "../../lib/countries";
import { tellChanges } from "./changes";
import { assemble, loadCart, type Wish } from "./load";
import { presentCart } from "./present";
import { type CartRows, readsOfCart } from "./read";
import type { Cart, CartQuery } from "./schema";
import { carts } from "./tables";

type Statement = BatchItem<"sqlite">;

/** The cart as it is now. What changed since the customer last looked is told once. */
export async function showCart(ctx: Context, query: CartQuery): Promise<Cart> {
  const cart = await loadCart(ctx, wishOf(ctx, query));
  return presentCart(cart, await tellChanges(ctx, cart));
}

/**
 * One transaction: the cart's row, the change, a new version if it changed anything, and all that
 * the answer needs. `whyNot` says why nothing changed, or nothing if that is as good.
 */
export async function editCart(
  ctx: Context,
  query: CartQuery,
  change: Statement,
  whyNot: () => Promise<Error | null>,
): Promise<Cart> {
  const wish = wishOf(ctx, query);
  const now = Date.now();
  const reads = readsOfCart(ctx, wish);
  const me = ctx.actor.id;
  const results: readonly unknown[] = await commit(
    ctx,
    [
      ctx.db
        .insert(carts)
        .values({ userId: me, version: 0, createdAt: now, updatedAt: now })
        .onConflictDoNothing(),
      change,
      ctx.db
        .update(carts)
        .set({ version: sql`${carts.version} + 1`, updatedAt: now })
        .where(sql`${carts.userId} = ${me} AND changes() > 0`)
        .returning({ version: carts.version }),
      ...reads,
    ],
    "/cart",
  );
  const [, , grown] = results as [unknown, unknown, unknown[]];
  const problem = grown.length === 0 ? await whyNot() : null;
  if (problem) throw problem;
  const cart = assemble(results.slice(-reads.length) as unknown as CartRows, wish);
  return presentCart(cart, await tellChanges(ctx, cart));
}

/** For a WHERE clause: the cart is as the client's `If-Match` says. */
export const isExpected = (ctx: Context) =>
  ctx.expectedVersion === undefined
    ? sql`true`
    : sql`coalesce((SELECT version FROM carts WHERE user_id = ${ctx.actor.id}), 0)
        = ${ctx.expectedVersion}`;

/** Why a conditional change found the cart otherwise, if it did. */
export async function whyUnexpected(ctx: Context): Promise<Error | null> {
  const { expectedVersion } = ctx;
  if (expectedVersion === undefined) return null;
  const mine = eq(carts.userId, ctx.actor.id);
  const cart = await ctx.db.select({ version: carts.version }).from(carts).where(mine).get();
  return (cart?.version ?? 0) === expectedVersion ? null : refuseAny("version_mismatch");
}

const known = new Set(countries);

/** Where the customer says to be, else where the request comes from. */
const wishOf = (ctx: Context, { currency, country }: CartQuery): Wish => ({
  currency,
  country: country ?? (known.has(ctx.client.country) ? ctx.client.country : null),
});
