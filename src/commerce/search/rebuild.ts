import { eq, sql } from "drizzle-orm";
import type { AnyContext, Context } from "../../data/context";
import { commit, emit } from "../../data/outbox";
import { witnessed } from "../../identity/trail";
import type { Consumer } from "../../jobs/consume";
import { iso } from "../../lib/time";
import { documents, indexState } from "./documents";
import { indexProducts } from "./indexing";
import type { IndexState } from "./schema";

/** Products of one step, and rows of one sweep. */
const step = 200;

/** Begins a new generation of the index, made while the old one serves. Of two the later counts. */
export async function startRebuild(ctx: Context): Promise<void> {
  await commit(ctx, [
    witnessed(ctx, { action: "search.rebuild", target: ["search", "index"] }),
    emit(ctx, "search.rebuild", { generation: null, after: "" }, "JOBS"),
  ]);
}

/** A step: begin, index the next products by id, or sweep away what no longer is a product. */
export const rebuildPart: Consumer<"search.rebuild"> = async (ctx, { payload }, once) => {
  const generation = payload.generation ?? (await beginGeneration(ctx));
  const state = await readState(ctx);
  if (state.generation !== generation || state.rebuilt === generation) return;
  const after = await (payload.after === null
    ? sweep(ctx, generation)
    : indexFrom(ctx, payload.after, generation));
  if (after === undefined) return;
  await commit(ctx, [once, emit(ctx, "search.rebuild", { generation, after }, "JOBS")]);
};

async function beginGeneration(ctx: AnyContext): Promise<number> {
  const [state] = await ctx.search.db
    .update(indexState)
    .set({ generation: sql`${indexState.generation} + 1`, changedAt: Date.now() })
    .returning({ generation: indexState.generation });
  return state!.generation;
}

/** Where the next step begins: after the last product, or null for the sweep. */
async function indexFrom(ctx: AnyContext, after: string, generation: number) {
  const rows = await ctx.db.all<{ id: string }>(
    sql`SELECT id FROM products WHERE id > ${after} ORDER BY id LIMIT ${step}`,
  );
  const ids = rows.map(({ id }) => id);
  await indexProducts(ctx, ids, generation);
  return ids.length < step ? null : ids.at(-1)!;
}

/** Takes away what older generations knew; undefined when the new one is complete. */
async function sweep(ctx: AnyContext, generation: number): Promise<null | undefined> {
  const { meta } = await ctx.search.repeatable.run(
    sql`DELETE FROM documents WHERE id IN
      (SELECT id FROM documents WHERE generation < ${generation} LIMIT ${step})`,
  );
  if (meta.changes > 0) return null;
  await ctx.search.repeatable
    .update(indexState)
    .set({ rebuilt: generation, changedAt: Date.now() })
    .where(eq(indexState.generation, generation));
}

async function readState(ctx: AnyContext) {
  const [state] = await ctx.search.db.select().from(indexState);
  return state!;
}

export async function showIndex(ctx: AnyContext): Promise<IndexState> {
  const { generation, rebuilt, changedAt } = await readState(ctx);
  const [count] = await ctx.search.db
    .select({ documents: sql<number>`count(*)` })
    .from(documents)
    .where(eq(documents.generation, generation));
  return {
    documents: count?.documents ?? 0,
    generation,
    rebuilding: rebuilt !== generation,
    changedAt: iso(changedAt),
  };
}
