import { env } from "cloudflare:workers";
import { and, eq, sql } from "drizzle-orm";
import type { Context } from "../../../data/context";
import { commit, emit } from "../../../data/outbox";
import { audited } from "../../../identity/trail";
import { newId } from "../../../lib/id";
import { iso } from "../../../lib/time";
import { isMember, whyNotMember } from "../../merchants/membership";
import { catalogueImports, importView } from "../tables";
import { readCsv } from "./csv";
import { refuse } from "./problems";
import { receiveCsv } from "./receive";
import { readHeader } from "./rows";
import type { CatalogueImport } from "./schema";

/** Never served: an address of media names nothing outside of `media/`. */
export const nameOf = (importId: string) => `imports/${importId}.csv`;

type Stored = { [K in keyof typeof importView]: (typeof catalogueImports.$inferSelect)[K] };

const present = ({ createdAt, updatedAt, line, ...row }: Stored): CatalogueImport => ({
  ...row,
  done: Math.min(row.lines, Math.max(0, line - 2)),
  createdAt: iso(createdAt),
  updatedAt: iso(updatedAt),
});

/** Takes the CSV as it comes; what it says is done later, part by part. */
export async function startImport(
  ctx: Context,
  merchantId: string,
  body: ReadableStream<Uint8Array> | null,
): Promise<CatalogueImport> {
  const problem = await whyNotMember(ctx, merchantId, "manager");
  if (problem) throw problem;
  const id = newId();
  const { bytes, lines, head } = await receiveCsv(nameOf(id), body ?? new Blob([]).stream());
  const first = await firstRecord(head);
  const header = first && readHeader(first.cells);
  if (!header) {
    await env.MEDIA.delete(nameOf(id));
    throw refuse("csv_columns_missing");
  }
  const now = Date.now();
  const offset = first.end;
  const line = 1 + first.breaks;
  const [[row]] = await commit(
    ctx,
    [
      ctx.db
        .insert(catalogueImports)
        .select(
          sql`SELECT ${id}, ${merchantId}, ${ctx.actor.id}, 'queued', ${JSON.stringify(header)},
            ${bytes}, ${lines}, ${offset}, ${line}, 0, 0, 0, '[]', ${now}, ${now}
            WHERE ${isMember(ctx, sql`${merchantId}`, "manager")}`,
        )
        .returning(importView),
      audited(ctx, { action: "catalogue.imported", target: ["merchant", merchantId] }),
      emit(ctx, "catalogue.import", { importId: id }, "JOBS"),
    ],
    `/products/imports/${id}`,
  );
  if (!row) throw refuse("import_not_found");
  return present(row);
}

async function firstRecord(head: string) {
  async function* whole() {
    yield head;
  }
  for await (const { cells, end } of readCsv(whole(), { line: 1, offset: 0 })) {
    const text = new TextEncoder().encode(head).subarray(0, end);
    return { cells, end, breaks: text.filter((byte) => byte === 0x0a).length };
  }
}

/** For members of its merchant. */
export async function readImport(ctx: Context, id: string): Promise<CatalogueImport> {
  const row = await ctx.db
    .select(importView)
    .from(catalogueImports)
    .where(and(eq(catalogueImports.id, id), isMember(ctx, catalogueImports.merchantId, "staff")))
    .get();
  if (!row) throw refuse("import_not_found");
  return present(row);
}
