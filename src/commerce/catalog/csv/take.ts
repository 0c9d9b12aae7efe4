import { env } from "cloudflare:workers";
import { and, eq } from "drizzle-orm";
import type { BatchItem } from "drizzle-orm/batch";
import type { AnyContext } from "../../../data/context";
import { commit, emit } from "../../../data/outbox";
import { invalidate } from "../../../http/cache";
import type { Consumer } from "../../../jobs/consume";
import { Permanent } from "../../../jobs/failure";
import { abortUnlessChanged, wasAborted } from "../abort";
import { relist } from "../listings";
import { catalogueImports } from "../tables";
import { tags } from "../tags";
import { saveVariants } from "../variants";
import { type CsvRecord, readCsv } from "./csv";
import { nameOf } from "./imports";
import { match } from "./match";
import { type Column, type Row, type RowError, readRow } from "./rows";
import { saveProducts } from "./saveProducts";

/** Lines in one transaction; a product's lines stay together. */
const part = 100;
const mostErrors = 1_000;

/** Parts for one message, so that no message runs for long. */
const partsAtOnce = 20;

/** Takes in a CSV: some parts now, and the rest with the next message. */
export const takeCsv: Consumer<"catalogue.import"> = async (ctx, message, once) => {
  for (let n = 1; n <= partsAtOnce; n++) {
    const outcome = await takePart(ctx, message.payload.importId, (isLast) =>
      isLast || n === partsAtOnce ? once : null,
    );
    if (outcome !== "running") return;
  }
};

/** The transaction that writes a part moves the import on too, so no part counts twice. */
async function takePart(
  ctx: AnyContext,
  importId: string,
  last: (isLast: boolean) => BatchItem<"sqlite"> | null,
) {
  const job = await ctx.db
    .select()
    .from(catalogueImports)
    .where(eq(catalogueImports.id, importId))
    .get();
  if (!job || job.status === "succeeded" || job.status === "failed") return;
  const header = job.header as (Column | null)[];
  const read = await readPart(importId, job, header);
  const { matched, errors } = await match(ctx, job.merchantId, read.rows);
  const failed = [...read.errors, ...errors].toSorted((a, b) => a.line - b.line);
  const { products, variants } = matched;
  const productIds = products.map(({ id }) => id);
  const created = products.filter(({ isNew }) => isNew).length;
  const status = read.broken ? "failed" : read.isLast ? "succeeded" : "running";
  const once = last(status !== "running");
  const done: unknown = await commit(ctx, [
    ...(once ? [once] : []),
    ctx.db
      .update(catalogueImports)
      .set({
        status,
        offset: read.end,
        line: read.line,
        created: job.created + created,
        updated: job.updated + products.length - created,
        failed: job.failed + failed.length,
        errors: [...job.errors, ...failed].slice(0, mostErrors),
        updatedAt: Date.now(),
      })
      .where(and(eq(catalogueImports.id, importId), eq(catalogueImports.offset, job.offset))),
    emit(ctx, "products.changed", { productIds, variantsToo: created < products.length }),
    ...(once && status === "running" ? [emit(ctx, "catalogue.import", { importId }, "JOBS")] : []),
    abortUnlessChanged(ctx),
    ...(products.length > 0
      ? [
          saveProducts(ctx, job.merchantId, products, header),
          ...saveVariants(ctx, variants),
          ...relist(ctx, productIds),
        ]
      : []),
  ] as never).catch((error) => {
    if (!wasAborted(error)) throw error;
  });
  if (done === undefined) return;
  if (status !== "running") await env.MEDIA.delete(nameOf(importId));
  invalidate(ctx, tags.catalogue, tags.merchant(job.merchantId));
  return status;
}

/** The rows of one part, up to where a product begins that is not in it any more. */
async function readPart(
  importId: string,
  start: { offset: number; line: number },
  header: readonly (Column | null)[],
) {
  const object = await env.MEDIA.get(nameOf(importId), { range: { offset: start.offset } });
  if (!object) throw new Permanent("the CSV is gone");
  const rows: Row[] = [];
  const errors: RowError[] = [];
  let [end, line, count, broken, isLast] = [start.offset, start.line, 0, false, true];
  const finished = (row: Row | RowError) =>
    count >= part && !("handle" in row && row.handle === rows.at(-1)?.handle && count < 2 * part);
  try {
    for await (const record of readCsv(textOf(object.body), start)) {
      const row = readRow(header, record.cells, record.line);
      if (finished(row)) {
        isLast = false;
        line = record.line;
        break;
      }
      end = record.end;
      line = record.line + 1;
      if (isBlank(record)) continue;
      count += 1;
      if ("message" in row) errors.push(row);
      else rows.push(row);
    }
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    broken = true;
    errors.push({ line, message: error.message });
  }
  return { rows, errors, end, line, broken, isLast };
}

const isBlank = ({ cells }: CsvRecord) => cells.every((cell) => cell.trim() === "");

async function* textOf(body: ReadableStream<Uint8Array>): AsyncGenerator<string> {
  const decoder = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });
  for await (const chunk of body) yield decoder.decode(chunk, { stream: true });
}
