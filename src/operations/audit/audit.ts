import { env } from "cloudflare:workers";
import { and, asc, desc, eq, gt, gte, lte, sql } from "drizzle-orm";
import { attempt, Unavailable } from "../../data/attempt";
import type { AnyContext } from "../../data/context";
import { afterCursor, type Page, pageOf } from "../../http/page";
import type { Consumer } from "../../jobs/consume";
import { Permanent } from "../../jobs/failure";
import { iso } from "../../lib/time";
import { findBreak, genesis, type Row } from "./chain";
import {
  type AuditEntry,
  type AuditFilter,
  type AuditProof,
  AuditRecord,
  type ProofQuery,
} from "./schema";
import { auditLog } from "./tables";

const log = () => env.AUDIT_LOG.getByName("main");

/** Appends what an event tells; the log itself knows an event it already has. */
export const appendAudit: Consumer<"audit.recorded"> = async (_, { id, payload, requestId }) => {
  const record = AuditRecord.safeParse(payload);
  if (!record.success) throw new Permanent("this is no audit record");
  const entry = { ...record.data, eventId: id, at: timeOf(id), requestId };
  const written = await attempt(() => log().append(entry), { repeatable: true });
  if (!written) throw new Unavailable("the audit log could not be written");
};

/** The time in a UUIDv7. */
const timeOf = (id: string) => Number.parseInt(id.slice(0, 8) + id.slice(9, 13), 16);

const present = ({ eventId, at, detail, ...row }: Row): AuditEntry => ({
  ...row,
  id: eventId,
  at: iso(at),
  detail: JSON.parse(detail),
});

/** What happened, the latest first. */
export async function listAudit(ctx: AnyContext, filter: AuditFilter): Promise<Page<AuditEntry>> {
  const { actor, action, targetType, targetId, from, to, limit, cursor } = filter;
  const list = JSON.stringify(["audit", actor, action, targetType, targetId, from, to]);
  const after = await afterCursor<readonly [number, number]>(list, cursor);
  const { at, sequence } = auditLog;
  const rows = await ctx.db
    .select()
    .from(auditLog)
    .where(
      and(
        actor ? eq(auditLog.actorId, actor) : undefined,
        action ? eq(auditLog.action, action) : undefined,
        targetId ? eq(auditLog.targetId, targetId) : undefined,
        targetType ? eq(auditLog.targetType, targetType) : undefined,
        from ? gte(at, Date.parse(from)) : undefined,
        to ? lte(at, Date.parse(to)) : undefined,
        after ? sql`(${at}, ${sequence}) < (${after[0]}, ${after[1]})` : undefined,
      ),
    )
    .orderBy(desc(at), desc(sequence))
    .limit(limit + 1);
  const page = await pageOf(list, rows, limit, (last) => [last.at, last.sequence]);
  return { ...page, items: page.items.map(present) };
}

const batchSize = 1_000;

/**
 * Recomputes the chain after a row, for as many rows as asked, and compares it with the last row
 * the writer remembers, so that neither a change nor a cut nor a rewritten log goes unseen.
 */
export async function verifyAudit(
  ctx: AnyContext,
  { after, limit }: ProofQuery,
): Promise<AuditProof> {
  const remembered = await attempt(async () => log().head(), { repeatable: true });
  let last = after === 0 ? genesis : await rowAt(ctx, after);
  if (!last) return proof(after, after - 1, { sequence: after, reason: "missing" });
  while (last.sequence < after + limit) {
    const rows: Row[] = await ctx.db
      .select()
      .from(auditLog)
      .where(gt(auditLog.sequence, last.sequence))
      .orderBy(asc(auditLog.sequence))
      .limit(Math.min(batchSize, after + limit - last.sequence));
    const found = await findBreak(last, rows);
    if (found) return proof(after, found.sequence - 1, found);
    const rewritten = rows.find(
      ({ sequence, hash }) => sequence === remembered?.sequence && hash !== remembered.hash,
    );
    if (rewritten)
      return proof(after, rewritten.sequence, {
        sequence: rewritten.sequence,
        reason: "rewritten",
      });
    if (rows.length === 0) {
      const isCut = remembered !== null && remembered.sequence > last.sequence;
      const cut = { sequence: last.sequence + 1, reason: "missing" } as const;
      return proof(after, last.sequence, isCut ? cut : null, last);
    }
    last = rows.at(-1)!;
  }
  return { ...proof(after, last.sequence, null, last), next: last.sequence };
}

const rowAt = (ctx: AnyContext, sequence: number) =>
  ctx.db.select().from(auditLog).where(eq(auditLog.sequence, sequence)).get();

function proof(
  after: number,
  through: number,
  broken: AuditProof["broken"],
  last?: { sequence: number; hash: string },
): AuditProof {
  const head = last && last.sequence > 0 ? { sequence: last.sequence, hash: last.hash } : null;
  return { intact: !broken, checked: Math.max(0, through - after), broken, head, next: null };
}
