import { DurableObject } from "cloudflare:workers";
import { desc, eq, inArray, sql } from "drizzle-orm";
import { type Context, systemContext } from "../../data/context";
import { violates } from "../../data/database";
import { describe, log } from "../../http/log";
import { newId } from "../../lib/id";
import { type Entry, follow, genesis, type Head, type Row } from "./chain";
import { auditLog } from "./tables";

type Waiting = { entry: Entry; resolve: (written: boolean) => void };

const most = 100;

/** The only writer of the audit log: it alone gives out sequence numbers and links the hashes. */
export class AuditLog extends DurableObject<Env> {
  #waiting: Waiting[] = [];
  #writing = false;

  /** Whether the entry is in the log now; an event that is there already is not added again. */
  append(entry: Entry): Promise<boolean> {
    const { promise, resolve } = Promise.withResolvers<boolean>();
    this.#waiting.push({ entry, resolve });
    if (!this.#writing) this.ctx.waitUntil(this.#write());
    return promise;
  }

  /** The last row this object wrote: what the log in D1 must still contain. */
  head(): Head | null {
    return this.ctx.storage.kv.get<Head>("head") ?? null;
  }

  /** While one write is on its way, the next gathers. */
  async #write(): Promise<void> {
    this.#writing = true;
    while (this.#waiting.length > 0) {
      const together = this.#waiting.splice(0, most);
      const written = await this.#extend(together.map(({ entry }) => entry)).then(
        () => true,
        (error) => {
          log("error", "audit_unwritten", { error: describe(error) });
          return false;
        },
      );
      for (const { resolve } of together) resolve(written);
    }
    this.#writing = false;
  }

  /** The head is read from D1 each time, so nothing that failed or was evicted can leave a gap. */
  async #extend(entries: Entry[], triesLeft = 2): Promise<void> {
    const ctx = systemContext();
    const remembered = this.head() ?? genesis;
    const { head, known, isWhole } = await readLog(ctx, entries, remembered);
    const fresh = new Map(entries.map((entry) => [entry.eventId, entry]));
    for (const eventId of known) fresh.delete(eventId);
    if (fresh.size === 0) return;
    const note = isWhole ? [] : [cutNote(remembered)];
    const rows = await follow(head, [...note, ...fresh.values()]);
    try {
      await insert(ctx, rows);
    } catch (error) {
      if (triesLeft === 0 || !violates(error, "audit_log.")) throw error;
      return this.#extend(entries, triesLeft - 1);
    }
    const { sequence, hash } = rows.at(-1)!;
    this.ctx.storage.kv.put<Head>("head", { sequence, hash });
  }
}

/** The log's head, which of the entries it has, and whether it still contains what it must. */
async function readLog(ctx: Context<null>, entries: Entry[], remembered: Head) {
  const { sequence, hash, eventId } = auditLog;
  const { db } = ctx;
  const ids = JSON.stringify(entries.map((entry) => entry.eventId));
  const [[head = genesis], known, [same]] = await db.batch([
    db.select({ sequence, hash }).from(auditLog).orderBy(desc(sequence)).limit(1),
    db
      .select({ eventId })
      .from(auditLog)
      .where(inArray(eventId, sql`(SELECT value FROM json_each(${ids}))`)),
    db.select({ hash }).from(auditLog).where(eq(sequence, remembered.sequence)),
  ]);
  const isWhole = remembered.sequence === 0 || same?.hash === remembered.hash;
  return { head, known: known.map((row) => row.eventId), isWhole };
}

/** One statement, whose unique sequence and event refuse whatever was written meanwhile. */
async function insert({ db }: Context<null>, rows: Row[]): Promise<void> {
  await db.run(
    sql`INSERT INTO audit_log (sequence, event_id, at, actor_id, action, target_type, target_id,
          detail, request_id, previous_hash, hash)
        SELECT value->>'sequence', value->>'eventId', value->>'at', value->>'actorId',
          value->>'action', value->>'targetType', value->>'targetId', value->>'detail',
          value->>'requestId', value->>'previousHash', value->>'hash'
        FROM json_each(${JSON.stringify(rows)})`,
  );
}

/** A log that was cut or restored goes on, and says so. */
const cutNote = (remembered: Head): Entry => ({
  eventId: newId(),
  at: Date.now(),
  actorId: null,
  action: "audit_log.cut",
  targetType: "audit_log",
  targetId: "main",
  detail: JSON.stringify({ expected: remembered }),
  requestId: newId(),
});
