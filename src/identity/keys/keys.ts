import { and, desc, eq, isNull, lt, sql } from "drizzle-orm";
import type { Context } from "../../data/context";
import { demand, isUnmet } from "../../data/demand";
import { commit, emit } from "../../data/outbox";
import { afterCursor, type Page, type PageQuery, pageOf } from "../../http/page";
import { refuse as refuseAny } from "../../http/problem";
import { newId } from "../../lib/id";
import { epoch, iso } from "../../lib/time";
import { audited } from "../trail";
import { forgetKey } from "./authenticate";
import { refuse } from "./problems";
import type { ApiKey, CreatedApiKey, NewApiKey } from "./schema";
import { apiKeys, apiKeyView } from "./tables";
import { hashOfKey, newKeyText } from "./text";

/** Keys that one person may have at a time. */
const most = 50;

type Row = { [K in keyof typeof apiKeyView]: (typeof apiKeys.$inferSelect)[K] };

const present = ({ scopes, createdAt, expiresAt, lastUsedAt, ...row }: Row): ApiKey => ({
  ...row,
  scopes: [...scopes],
  createdAt: iso(createdAt),
  expiresAt: iso(expiresAt),
  lastUsedAt: iso(lastUsedAt),
});

/** A new key, whose text is known to nobody but who asked for it. */
export async function createKey(ctx: Context, input: NewApiKey): Promise<CreatedApiKey> {
  const key = await newKeyText();
  const row = {
    id: newId(),
    name: input.name,
    hint: key.slice(-4),
    scopes: input.scopes,
    createdAt: Date.now(),
    expiresAt: epoch(input.expiresAt),
    lastUsedAt: null,
  };
  const userId = ctx.actor.id;
  const fewer = sql`(SELECT count(*) FROM ${apiKeys}
    WHERE ${apiKeys.userId} = ${userId} AND ${apiKeys.revokedAt} IS NULL) < ${most}`;
  await commit(ctx, [
    demand(ctx, fewer),
    ctx.db.insert(apiKeys).values({ ...row, userId, hash: (await hashOfKey(key))! }),
    audited(ctx, {
      action: "api_key.created",
      target: ["api_key", row.id],
      detail: { scopes: input.scopes.join(" ") },
    }),
    emit(ctx, "security.changed", { userId, change: "api_key_created" }),
  ]).catch((error) => {
    throw isUnmet(error) ? refuse("too_many_keys") : error;
  });
  return { ...present(row), key };
}

/** One's own keys that were not revoked, the newest first. */
export async function listKeys(ctx: Context, { limit, cursor }: PageQuery): Promise<Page<ApiKey>> {
  const list = `api-keys|${ctx.actor.id}`;
  const after = await afterCursor<readonly [string]>(list, cursor);
  const rows = await ctx.db
    .select(apiKeyView)
    .from(apiKeys)
    .where(
      and(
        eq(apiKeys.userId, ctx.actor.id),
        isNull(apiKeys.revokedAt),
        after ? lt(apiKeys.id, after[0]) : undefined,
      ),
    )
    .orderBy(desc(apiKeys.id))
    .limit(limit + 1);
  return pageOf(list, rows.map(present), limit, ({ id }) => [id]);
}

export async function revokeKey(ctx: Context, id: string): Promise<void> {
  const [revoked] = await commit(ctx, [
    ctx.db
      .update(apiKeys)
      .set({ revokedAt: Date.now() })
      .where(and(eq(apiKeys.id, id), eq(apiKeys.userId, ctx.actor.id), isNull(apiKeys.revokedAt)))
      .returning({ id: apiKeys.id }),
    audited(ctx, { action: "api_key.revoked", target: ["api_key", id] }),
  ]);
  if (revoked.length === 0) throw refuseAny("not_found");
  forgetKey(id);
}
