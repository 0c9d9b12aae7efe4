import { and, asc, eq, gt, type SQL, sql } from "drizzle-orm";
import type { AnyContext, Context } from "../../data/context";
import { commit } from "../../data/outbox";
import { cached, invalidate } from "../../http/cache";
import { afterCursor, type Page, type PageQuery, pageOf } from "../../http/page";
import { refuse as refuseAny } from "../../http/problem";
import { isAtLeast } from "../../identity/roles";
import { audited } from "../../identity/trail";
import { iso } from "../../lib/time";
import { evaluate, type Subject, TargetingKeyMissing } from "./evaluate";
import { refuse } from "./problems";
import type { Evaluation, EvaluationRequest, Flag, FlagFields } from "./schema";
import { flags } from "./tables";

const tag = "flags";
const mostFlags = 1_000;

const present = ({ createdAt, updatedAt, ...row }: typeof flags.$inferSelect): Flag => ({
  ...row,
  createdAt: iso(createdAt),
  updatedAt: iso(updatedAt),
});

let parsed: { text: string; flags: Map<string, Flag> } | undefined;

/** Every flag, from the isolate's memory, KV or D1, and parsed once for each change. */
export async function allFlags(ctx: AnyContext): Promise<Map<string, Flag>> {
  const spec = { key: "flags", shared: true, tags: [tag], seconds: 60 };
  const { text } = await cached(ctx, spec, async () => {
    const rows = await ctx.db.select().from(flags).orderBy(asc(flags.key)).limit(mostFlags);
    return rows.map(present);
  });
  if (parsed?.text !== text) {
    const list: Flag[] = JSON.parse(text).data;
    parsed = { text, flags: new Map(list.map((flag) => [flag.key, flag])) };
  }
  return parsed.flags;
}

/** Whoever asks, with what they say of themselves believed only from an administrator's server. */
export function subjectOf(ctx: AnyContext, told: EvaluationRequest["context"] = {}): Subject {
  const { actor } = ctx;
  const { targetingKey = actor?.id, projectId } = told;
  if (actor && isAtLeast(actor.role, "admin") && told.targetingKey !== undefined)
    return { targetingKey, projectId, role: told.role, userId: told.userId ?? targetingKey };
  return { targetingKey, projectId, role: actor?.role, userId: actor?.id };
}

/** A percentage that cannot be taken is as if the flag was off. */
function evaluateAnyway(flag: Flag, subject: Subject): Evaluation {
  try {
    return evaluate(flag, subject);
  } catch (error) {
    if (!(error instanceof TargetingKeyMissing)) throw error;
    const { key, variants, offVariant: variant } = flag;
    return { key, value: variants[variant]!, variant, reason: "DEFAULT" };
  }
}

export async function evaluateAll(ctx: AnyContext, subject: Subject): Promise<Evaluation[]> {
  return [...(await allFlags(ctx)).values()].map((flag) => evaluateAnyway(flag, subject));
}

/** Whether a feature of ours is on for whoever asks; `fallback` while nobody has set its flag. */
export async function isOn(ctx: AnyContext, key: string, fallback: boolean): Promise<boolean> {
  const flag = (await allFlags(ctx)).get(key);
  if (flag?.type !== "boolean") return fallback;
  return evaluateAnyway(flag, subjectOf(ctx)).value === true;
}

/** By name. */
export async function listFlags(ctx: Context, { limit, cursor }: PageQuery): Promise<Page<Flag>> {
  const after = await afterCursor<readonly [string]>("flags", cursor);
  const rows = await ctx.db
    .select()
    .from(flags)
    .where(after ? gt(flags.key, after[0]) : undefined)
    .orderBy(asc(flags.key))
    .limit(limit + 1);
  const page = await pageOf("flags", rows, limit, (last) => [last.key]);
  return { ...page, items: page.items.map(present) };
}

export async function readFlag(ctx: Context, key: string): Promise<Flag> {
  const row = await ctx.db.select().from(flags).where(eq(flags.key, key)).get();
  if (!row) throw refuse("flag_not_found");
  return present(row);
}

/** Makes the flag or replaces all of it; with `If-Match` only what is there in that version. */
export async function setFlag(ctx: Context, key: string, fields: FlagFields): Promise<Flag> {
  const now = Date.now();
  const expected = ctx.expectedVersion;
  const change = { ...fields, updatedAt: now, version: sql`${flags.version} + 1` };
  const isSame = and(eq(flags.key, key), eq(flags.type, fields.type));
  const [[row]] = await commit(ctx, [
    expected === undefined
      ? ctx.db
          .insert(flags)
          .values({ ...fields, key, createdAt: now, updatedAt: now, version: 1 })
          .onConflictDoUpdate({ target: flags.key, set: change, setWhere: isSame as SQL })
          .returning()
      : ctx.db
          .update(flags)
          .set(change)
          .where(and(isSame, eq(flags.version, expected)))
          .returning(),
    audited(ctx, {
      action: "flag.set",
      target: ["flag", key],
      detail: { enabled: fields.enabled, definition: JSON.stringify(fields) },
    }),
  ]);
  if (!row) throw await whyNot(ctx, key, fields.type);
  invalidate(ctx, tag);
  return present(row);
}

export async function deleteFlag(ctx: Context, key: string): Promise<void> {
  const expected = ctx.expectedVersion;
  const [[deleted]] = await commit(ctx, [
    ctx.db
      .delete(flags)
      .where(
        and(eq(flags.key, key), expected === undefined ? undefined : eq(flags.version, expected)),
      )
      .returning({ key: flags.key }),
    audited(ctx, { action: "flag.deleted", target: ["flag", key] }),
  ]);
  if (!deleted) throw await whyNot(ctx, key);
  invalidate(ctx, tag);
}

async function whyNot(ctx: Context, key: string, type?: Flag["type"]) {
  const flag = await readFlag(ctx, key);
  return type !== undefined && flag.type !== type
    ? refuse("flag_type_kept")
    : refuseAny("version_mismatch");
}
