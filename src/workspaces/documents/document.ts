import * as Y from "yjs";
import { append, type ChangeKind, digestOf, type Entry, type Head } from "./chain";
import { isCompactionDue } from "./compaction";
import { type Draft, rowsOf } from "./drafts";
import { findFault } from "./history";
import type { Limits } from "./limits";
import * as stored from "./storage";
import { countStructs, dropPending, extentOf, inspectUpdate } from "./updates";

/** The shared text of every document: `doc.getText("content")`. */
export const textName = "content";

export type Applied =
  | "changed"
  | "nothing new"
  | "incomplete"
  | "malformed"
  | "too large"
  | "retired";

/**
 * A document in memory and the log under it. What is applied is not durable, and nobody may be told
 * of it, before `commit`. Throws if what is stored is not exactly what was, having touched nothing.
 */
export function openDocument(storage: DurableObjectStorage, limits: Limits) {
  const { sql } = storage;
  const fault = findFault(sql);
  if (fault) throw new Error(`stored bytes are not those of the history: ${fault.broken}`);
  const { generation } = stored.readRoom(sql);
  const retired = new Set(
    [...sql.exec<{ client: number }>("SELECT client FROM retired_clients")].map(
      (row) => row.client,
    ),
  );
  const { doc, log, bytes } = replay(sql);
  const text = doc.getText(textName);

  let head: Head = stored.readHead(sql);
  let lastChange = stored.readLastChange(sql);
  let weight = bytes;
  let drafts: Draft[] = [];
  let pendingBytes = 0;
  let broken = false;
  let source: Pick<Draft, "kind" | "author"> = { kind: "edit", author: "" };

  doc.on("update", (update: Uint8Array, _origin, _doc, transaction: Y.Transaction) => {
    drafts.push({ ...source, update, ...extentOf(transaction) });
    weight += update.length;
    pendingBytes += update.length;
  });

  /** True if it changed something. */
  const change = (kind: ChangeKind, author: string, act: () => void): boolean => {
    const before = drafts.length;
    source = { kind, author };
    try {
      act();
    } catch (error) {
      drafts.length = before;
      throw error;
    }
    return drafts.length > before;
  };

  const fits = (moreBytes: number, moreStructs: number): boolean => {
    if (countStructs(doc) + moreStructs > limits.structs) return false;
    if (weight + moreBytes <= limits.documentBytes) return true;
    weight = Y.encodeStateAsUpdate(doc).length;
    return weight + moreBytes <= limits.documentBytes;
  };

  const apply = (author: string, update: Uint8Array): Applied => {
    const inspection = inspectUpdate(update);
    if (!inspection) return "malformed";
    const { structs, clients } = inspection;
    if (retired.size > 0 && [...clients].some((client) => retired.has(client))) return "retired";
    if (structs > 0 && !fits(update.length, structs)) return "too large";
    let changed: boolean;
    try {
      changed = change("edit", author, () => Y.applyUpdate(doc, update));
    } catch {
      broken = true;
      return "malformed";
    }
    if (dropPending(doc)) return "incomplete";
    return changed ? "changed" : "nothing new";
  };

  /** Records something about the content in the history, e.g. a version. Call in a transaction. */
  const record = (entry: Omit<Entry, "sequence" | "hash">): Entry => {
    const next = append(head, entry);
    stored.writeEntry(sql, next);
    head = next;
    return next;
  };

  const compactIfDue = (): void => {
    if (!isCompactionDue(log, limits)) return;
    const state = Y.encodeStateAsUpdate(doc);
    storage.transactionSync(() => {
      stored.replaceSnapshot(sql, state, head.sequence, limits.partBytes);
      const about = { kind: "snapshot" as const, author: null, inserted: 0, deleted: 0 };
      record({ ...about, at: Date.now(), digest: digestOf(state) });
    });
    log.rows = 0;
    log.bytes = 0;
    weight = state.length;
  };

  /** Writes what was applied since the last time; what everybody must be sent, or null. */
  const commit = (): Uint8Array | null => {
    if (drafts.length === 0) return null;
    const rows = rowsOf(drafts);
    storage.transactionSync(() => {
      for (const { update, kind, author, inserted, deleted } of rows) {
        const what = { kind, author, inserted, deleted, at: Date.now() };
        const entry = record({ ...what, digest: digestOf(update) });
        stored.writeUpdate(sql, entry.sequence, update, limits.partBytes);
        lastChange = { sequence: entry.sequence, kind, author, at: entry.at };
        log.rows += 1;
        log.bytes += update.length;
      }
    });
    drafts = [];
    pendingBytes = 0;
    return rows.length === 1 ? rows[0]!.update : Y.mergeUpdates(rows.map(({ update }) => update));
  };

  return {
    doc,
    text,
    generation,
    storage,
    apply,
    change,
    fits,
    record,
    commit,
    compactIfDue,
    /** Yjs threw in the middle of an update: only what is still to be committed can be trusted. */
    isBroken: () => broken,
    isRetired: (client: number) => retired.has(client),
    lastChange: () => lastChange,
    /** Of the last change of the content: with the generation it names one state exactly. */
    revision: () => lastChange?.sequence ?? 0,
    pendingBytes: () => pendingBytes,
    hasPending: () => drafts.length > 0,
    size: () => weight,
  };
}

export type OpenDocument = ReturnType<typeof openDocument>;

/** The document as stored, up to a sequence that is not older than the snapshot. */
export function replay(sql: SqlStorage, upTo?: number) {
  const doc = new Y.Doc();
  doc.getText(textName);
  const snapshot = stored.readSnapshot(sql);
  const updates = stored.readUpdates(sql, upTo).map(({ bytes }) => bytes);
  doc.transact(() => {
    if (snapshot) Y.applyUpdate(doc, snapshot);
    for (const update of updates) Y.applyUpdate(doc, update);
  });
  if (dropPending(doc)) throw new Error("the log has a gap");
  const log = { rows: updates.length, bytes: updates.reduce((sum, { length }) => sum + length, 0) };
  return { doc, log, bytes: log.bytes + (snapshot?.length ?? 0) };
}
