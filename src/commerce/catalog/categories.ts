import { and, asc, eq, type SQL, sql } from "drizzle-orm";
import type { AnyContext, Context } from "../../data/context";
import { violates } from "../../data/database";
import { commit, emit } from "../../data/outbox";
import { cached, invalidate } from "../../http/cache";
import { refuse as refuseAny } from "../../http/problem";
import { audited } from "../../identity/trail";
import { newId } from "../../lib/id";
import { abortUnlessChanged, wasAborted } from "./abort";
import {
  type Category,
  type CategoryChange,
  type CategoryNode,
  type NewCategory,
  slugOf,
} from "./categorySchema";
import { refuse } from "./problems";
import { categories } from "./tables";
import { tags } from "./tags";

const view = {
  id: categories.id,
  parentId: categories.parentId,
  slug: categories.slug,
  name: categories.name,
  position: categories.position,
  version: categories.version,
};

/** Five ids and the slashes between them. */
const longestPath = 5 * 37 - 1;

/** The whole tree, kept for an hour. */
export const showCategories = (ctx: AnyContext) =>
  cached(
    ctx,
    { key: "categories", shared: true, tags: [tags.categories], seconds: 3_600 },
    async () => {
      const { position, name, id } = categories;
      return treeOf(
        await ctx.db.select(view).from(categories).orderBy(asc(position), asc(name), asc(id)),
      );
    },
  );

function treeOf(rows: Category[]): CategoryNode[] {
  const nodes = new Map(rows.map((row) => [row.id, { ...row, children: [] as CategoryNode[] }]));
  const roots: CategoryNode[] = [];
  for (const node of nodes.values()) (nodes.get(node.parentId ?? "")?.children ?? roots).push(node);
  return roots;
}

/** The id and path of the category that this id or slug names; of the root, if it names none. */
const place = (named: string | null): SQL =>
  named === null
    ? sql`SELECT NULL AS id, '' AS path`
    : sql`SELECT id, path FROM categories WHERE id = ${named} OR slug = ${named}`;

export async function createCategory(ctx: Context, input: NewCategory): Promise<Category> {
  const { name, parent, position, slug = slugOf(name) } = input;
  const id = newId();
  const now = Date.now();
  const [[category]] = await commit(ctx, [
    ctx.db
      .insert(categories)
      .select(
        sql`SELECT ${id}, p.id, ${slug}, ${name}, ltrim(p.path || '/' || ${id}, '/'), ${position},
          ${now}, ${now}, 1 FROM (${place(parent)}) p WHERE length(p.path) + 37 <= ${longestPath}`,
      )
      .returning(view),
    audit(ctx, "category.created", id),
  ]).catch(slugIsTaken);
  if (!category) throw await whyNotIn(ctx, parent);
  invalidate(ctx, tags.categories);
  return category;
}

/** A category that moves takes its subtree along; their products follow in the background. */
export async function changeCategory(
  ctx: Context,
  id: string,
  { parent, ...fields }: CategoryChange,
): Promise<Category> {
  const expected = ctx.expectedVersion;
  const moves = parent !== undefined;
  const isShown = moves || fields.name !== undefined || fields.slug !== undefined;
  const height = sql`(SELECT max(length(k.path)) - length(c.path) FROM categories k, categories c
    WHERE c.id = ${id} AND (k.path = c.path OR (k.path > c.path || '/' AND k.path < c.path || '0')))`;
  const fits = sql`EXISTS (SELECT 1 FROM (${place(parent ?? null)}) p
    WHERE instr(p.path, ${id}) = 0 AND length(p.path) + 37 + ${height} <= ${longestPath})`;
  const write = ctx.db
    .update(categories)
    .set({
      ...fields,
      ...(moves && { parentId: sql<string | null>`(SELECT id FROM (${place(parent)}))` }),
      updatedAt: Date.now(),
      version: sql`${categories.version} + 1`,
    })
    .where(
      and(
        eq(categories.id, id),
        expected === undefined ? undefined : eq(categories.version, expected),
        moves ? fits : undefined,
      ),
    )
    .returning(view);
  const [[category]] = await commit(ctx, [
    write,
    audit(ctx, "category.changed", id),
    abortUnlessChanged(ctx),
    ...(moves ? [takeAlong(ctx, id)] : []),
    ...(isShown ? [emit(ctx, "catalogue.relist", { categoryId: id, after: "" }, "JOBS")] : []),
  ]).catch(async (error) => {
    throw wasAborted(error) ? await whyNot(ctx, id, parent) : slugIsTaken(error);
  });
  invalidate(ctx, tags.categories, tags.catalogue);
  return category!;
}

/** Rewrites the paths of a category that has a new parent, and of all that lies in it. */
function takeAlong(ctx: Context, id: string) {
  const own = sql`(SELECT path FROM categories WHERE id = ${id})`;
  const next = sql`(SELECT coalesce(p.path || '/', '') || c.id FROM categories c
    LEFT JOIN categories p ON p.id = c.parent_id WHERE c.id = ${id})`;
  return ctx.db
    .update(categories)
    .set({ path: sql`${next} || substr(path, length(${own}) + 1)` })
    .where(sql`path = ${own} OR (path > ${own} || '/' AND path < ${own} || '0')`);
}

export async function deleteCategory(ctx: Context, id: string): Promise<void> {
  const expected = ctx.expectedVersion;
  const [deleted] = await commit(ctx, [
    ctx.db
      .delete(categories)
      .where(
        and(
          eq(categories.id, id),
          expected === undefined ? undefined : eq(categories.version, expected),
        ),
      )
      .returning({ id: categories.id }),
    audit(ctx, "category.deleted", id),
  ]).catch((error) => {
    throw violates(error, "FOREIGN KEY") ? refuse("category_in_use") : error;
  });
  if (deleted.length === 0) throw await whyNot(ctx, id, undefined);
  invalidate(ctx, tags.categories);
}

function slugIsTaken(error: unknown): never {
  throw violates(error, "categories.slug") ? refuse("slug_taken") : error;
}

async function whyNot(ctx: Context, id: string, parent: string | null | undefined) {
  const row = await ctx.db.select(view).from(categories).where(eq(categories.id, id)).get();
  if (!row) return refuse("category_not_found");
  const { expectedVersion } = ctx;
  if (expectedVersion !== undefined && expectedVersion !== row.version)
    return refuseAny("version_mismatch");
  return whyNotIn(ctx, parent ?? null);
}

async function whyNotIn(ctx: Context, parent: string | null) {
  if (parent === null) return refuse("category_too_deep");
  const rows = await ctx.db
    .select({ id: categories.id })
    .from(categories)
    .where(sql`${categories.id} = ${parent} OR ${categories.slug} = ${parent}`);
  return refuse(rows.length === 0 ? "unknown_category" : "category_too_deep");
}

const audit = (ctx: Context, action: string, id: string) =>
  audited(ctx, { action, target: ["category", id] });
