import { and, eq, gt, isNull, ne, type SQL, sql } from "drizzle-orm";
import type { Context } from "../../data/context";
import { violates } from "../../data/database";
import { demand, isUnmet } from "../../data/demand";
import { commit } from "../../data/outbox";
import { invalidate } from "../../http/cache";
import { afterCursor, type Page, type PageQuery, pageOf } from "../../http/page";
import { refuse as refuseAny } from "../../http/problem";
import { isAtLeast } from "../../identity/roles";
import { audited } from "../../identity/trail";
import { newId } from "../../lib/id";
import { isMember, whyNotMember } from "../merchants/membership";
import { presentPromotion, rowOf, termsOf } from "./present";
import { refuse } from "./problems";
import { NewPromotion, type Promotion, type PromotionPatch } from "./schema";
import { promotions, promotionView } from "./tables";
import { capReached } from "./uses";

/** Managers keep their merchant's promotions; the platform's own are the administrators'. */
function mayKeep(ctx: Context, merchantId: SQL): SQL {
  const isAdmin = sql.raw(isAtLeast(ctx.actor.role, "admin") ? "1" : "0");
  return sql`CASE WHEN ${merchantId} IS NULL THEN ${isAdmin}
    ELSE ${isMember(ctx, merchantId, "manager")} END`;
}

const column = sql`${promotions.merchantId}`;

const whyNot = async (ctx: Context, merchantId: string | null) =>
  (merchantId ? await whyNotMember(ctx, merchantId, "manager") : null) ?? refuseAny("forbidden");

export async function createPromotion(ctx: Context, input: NewPromotion): Promise<Promotion> {
  const { merchantId } = input;
  const id = newId();
  const now = Date.now();
  const row = { ...rowOf(input), id, merchantId, createdAt: now, updatedAt: now };
  const done = commit(
    ctx,
    [
      demand(ctx, mayKeep(ctx, sql`${merchantId}`)),
      ctx.db.insert(promotions).values(row).returning(promotionView),
      audited(ctx, { action: "promotion.created", target: ["promotion", id] }),
    ],
    `/promotions/${id}`,
  );
  const [, [promotion]] = await done.catch(async (error) => {
    throw isUnmet(error) ? await whyNot(ctx, merchantId) : explain(error);
  });
  invalidate(ctx, "promotions");
  return presentPromotion(promotion!);
}

export async function readPromotion(ctx: Context, id: string): Promise<Promotion> {
  return presentPromotion(await readRow(ctx, id));
}

/** Of one merchant, or the platform's own; archived ones are gone. */
export async function listPromotions(
  ctx: Context,
  { limit, cursor, ...query }: PageQuery & { merchantId?: string | undefined },
): Promise<Page<Promotion>> {
  const merchantId = query.merchantId ?? null;
  const list = `promotions|${merchantId}`;
  const after = await afterCursor<readonly [string]>(list, cursor);
  const rows = await ctx.db
    .select(promotionView)
    .from(promotions)
    .where(
      and(
        merchantId ? eq(promotions.merchantId, merchantId) : isNull(promotions.merchantId),
        mayKeep(ctx, sql`${merchantId}`),
        ne(promotions.status, "archived"),
        after ? gt(promotions.id, after[0]) : undefined,
      ),
    )
    .orderBy(promotions.id)
    .limit(limit + 1);
  if (rows.length === 0 && !(await isKeeper(ctx, merchantId))) throw await whyNot(ctx, merchantId);
  return pageOf(list, rows.map(presentPromotion), limit, (last) => [last.id]);
}

/** The change is merged into the terms as they are; what results must be a promotion again. */
export async function changePromotion(
  ctx: Context,
  id: string,
  change: PromotionPatch,
): Promise<Promotion> {
  const row = await readRow(ctx, id);
  if (ctx.expectedVersion !== undefined && ctx.expectedVersion !== row.version)
    throw refuseAny("version_mismatch");
  const merged = NewPromotion.safeParse({
    ...termsOf(row),
    ...change,
    merchantId: row.merchantId,
  });
  if (!merged.success)
    throw refuseAny("invalid_request", {
      errors: merged.error.issues.map(({ path, message }) => {
        return { path: ["body", ...path].join("."), message };
      }),
    });
  const { merchantId: _, ...terms } = merged.data;
  return write(ctx, id, row.version, rowOf(terms), "promotion.changed");
}

/** Archives: its uses stay, and its code is free again. */
export async function deletePromotion(ctx: Context, id: string): Promise<void> {
  const { version } = await readRow(ctx, id);
  const expected = ctx.expectedVersion ?? version;
  await write(ctx, id, expected, { status: "archived" }, "promotion.archived");
}

/** Only over the version that was read: whoever changed it meanwhile is not overwritten. */
async function write(
  ctx: Context,
  id: string,
  version: number,
  fields: Partial<typeof promotions.$inferInsert>,
  action: string,
): Promise<Promotion> {
  const [[changed]] = await commit(ctx, [
    ctx.db
      .update(promotions)
      .set({ ...fields, updatedAt: Date.now(), version: version + 1 })
      .where(and(eq(promotions.id, id), eq(promotions.version, version), mayKeep(ctx, column)))
      .returning(promotionView),
    audited(ctx, { action, target: ["promotion", id] }),
  ]).catch(explain);
  if (!changed) throw refuseAny("version_mismatch");
  invalidate(ctx, "promotions");
  return presentPromotion(changed);
}

async function readRow(ctx: Context, id: string) {
  const row = await ctx.db
    .select({ ...promotionView, mayKeep: sql<number>`${mayKeep(ctx, column)}`.as("may_keep") })
    .from(promotions)
    .where(and(eq(promotions.id, id), ne(promotions.status, "archived")))
    .get();
  if (!row?.mayKeep) throw refuse("promotion_not_found");
  return row;
}

async function isKeeper(ctx: Context, merchantId: string | null): Promise<boolean> {
  if (merchantId === null) return isAtLeast(ctx.actor.role, "admin");
  return (await whyNotMember(ctx, merchantId, "manager")) === undefined;
}

function explain(error: unknown): never {
  if (violates(error, "promotions.code")) throw refuse("code_taken");
  throw capReached(error) ? refuse("limit_below_use") : error;
}
