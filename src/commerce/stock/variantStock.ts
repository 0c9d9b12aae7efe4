import { env } from "cloudflare:workers";
import { and, eq } from "drizzle-orm";
import type { Context } from "../../data/context";
import { commit } from "../../data/outbox";
import { witnessed } from "../../identity/trail";
import { newId } from "../../lib/id";
import { iso } from "../../lib/time";
import { variants } from "../catalog/tables";
import { isMember } from "../merchants/membership";
import { refuse } from "./problems";
import type { Stock, StockChange } from "./schema";

/** For members of the merchant; `before` is the sequence number that older movements precede. */
export async function readStock(ctx: Context, variantId: string, before?: number): Promise<Stock> {
  await requireOwn(ctx, variantId);
  return peek(variantId, before);
}

/** Books a delivery or a correction once: a repetition with the same Idempotency-Key books nothing. */
export async function changeStock(
  ctx: Context,
  variantId: string,
  { delta, reason, backorderLimit }: StockChange,
): Promise<Stock> {
  await requireOwn(ctx, variantId);
  const stock = env.SKU_STOCK.getByName(variantId);
  if (backorderLimit !== undefined) await stock.configure({ backorderLimit });
  if (delta !== 0) {
    const reference = `by:${ctx.claim ? `${ctx.actor.id}:${ctx.claim.key}` : newId()}`;
    const by = { reason, actorId: ctx.actor.id };
    const { refusal } = await (delta > 0
      ? stock.restock(delta, reference, by)
      : stock.adjust(delta, reference, by));
    if (refusal) throw refuse("stock_below_held");
  }
  await commit(ctx, [
    witnessed(ctx, {
      action: "stock.changed",
      target: ["variant", variantId],
      detail: { delta, reason },
    }),
  ]);
  return peek(variantId);
}

async function peek(variantId: string, before?: number): Promise<Stock> {
  const { movements, ...level } = await env.SKU_STOCK.getByName(variantId).peek(before);
  return {
    variantId,
    onHand: level.onHand,
    held: level.held,
    promised: level.promised,
    owed: level.owed,
    available: level.available,
    oversell: level.oversell,
    backorderLimit: level.backorderLimit,
    movements: movements.map(({ createdAt, ...row }) => ({ ...row, createdAt: iso(createdAt) })),
  };
}

async function requireOwn(ctx: Context, variantId: string): Promise<void> {
  const found = await ctx.db
    .select({ id: variants.id })
    .from(variants)
    .where(and(eq(variants.id, variantId), isMember(ctx, variants.merchantId, "staff")))
    .get();
  if (!found) throw refuse("variant_not_found");
}
