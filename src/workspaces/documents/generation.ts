import * as Y from "yjs";
import { digestOf } from "./chain";
import { plainText } from "./content";
import { type OpenDocument, textName } from "./document";
import type { Limits } from "./limits";
import { replaceSnapshot } from "./storage";

/**
 * Begins a new generation: the same text without the weight of its past. Whoever holds the old one
 * must load afresh, for merging it again would double every character; so its clients are retired,
 * and known by their ids even if they cannot say their generation. The document must be opened again.
 */
export function renewGeneration(document: OpenDocument, author: string, limits: Limits): void {
  const { storage, doc } = document;
  const { sql } = storage;
  const clients = [...Y.decodeStateVector(Y.encodeStateVector(doc)).keys()];
  const fresh = new Y.Doc();
  while (clients.includes(fresh.clientID)) fresh.clientID += 1;
  fresh.getText(textName).insert(0, plainText(document.text));
  const state = Y.encodeStateAsUpdate(fresh);
  storage.transactionSync(() => {
    const about = { kind: "generation" as const, author, inserted: 0, deleted: 0 };
    const { sequence } = document.record({ ...about, at: Date.now(), digest: digestOf(state) });
    replaceSnapshot(sql, state, sequence, limits.partBytes);
    sql.exec(
      "INSERT OR IGNORE INTO retired_clients (client) SELECT value FROM json_each(?)",
      JSON.stringify(clients),
    );
    sql.exec("UPDATE room SET generation = generation + 1");
  });
}
