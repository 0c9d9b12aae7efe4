import * as Y from "yjs";

/** What an update holds, read without touching a document. */
export type Inspection = { structs: number; clients: ReadonlySet<number> };

/** Clients written in other languages count in 32 bits. */
const highestClock = 2 ** 32;

/**
 * Null for bytes that are no update. Yjs itself would integrate the readable beginning of a broken
 * update, and reserve memory for as many structs as a few bytes claim to hold.
 */
export function inspectUpdate(update: Uint8Array): Inspection | null {
  try {
    const { structs } = Y.decodeUpdate(update);
    const clients = new Set<number>();
    for (const { id, length } of structs) {
      if (!(length > 0) || id.clock + length > highestClock) return null;
      clients.add(id.client);
    }
    return { structs: structs.length, clients };
  } catch {
    return null;
  }
}

export function clientsOf(stateVector: Uint8Array): number[] | null {
  try {
    return [...Y.decodeStateVector(stateVector).keys()];
  } catch {
    return null;
  }
}

/** What a transaction changed: clock units inserted (UTF-16 units of text) and deleted. */
export function extentOf(transaction: Y.Transaction): { inserted: number; deleted: number } {
  let inserted = 0;
  let deleted = 0;
  for (const [client, clock] of transaction.afterState) {
    inserted += clock - (transaction.beforeState.get(client) ?? 0);
  }
  for (const ranges of transaction.deleteSet.clients.values()) {
    for (const { len } of ranges) deleted += len;
  }
  return { inserted, deleted };
}

export function countStructs(doc: Y.Doc): number {
  let count = 0;
  for (const structs of doc.store.clients.values()) count += structs.length;
  return count;
}

/**
 * Forgets what waits for something unknown: its sender is asked again, and neither a snapshot nor
 * another reader ever holds it. True if there was something.
 */
export function dropPending(doc: Y.Doc): boolean {
  const { store } = doc;
  const waited = store.pendingStructs !== null || store.pendingDs !== null;
  store.pendingStructs = null;
  store.pendingDs = null;
  return waited;
}
