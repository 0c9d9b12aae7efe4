import * as Y from "yjs";
import type { ChangeKind } from "./chain";

/** A change that is applied and not yet written. */
export type Draft = {
  kind: ChangeKind;
  author: string;
  update: Uint8Array;
  inserted: number;
  deleted: number;
};

/** One row for each author and kind, so that every logged update has one author. */
export function rowsOf(drafts: readonly Draft[]): Draft[] {
  const groups = Map.groupBy(drafts, ({ kind, author }) => `${kind} ${author}`);
  return [...groups.values()].map((group) => {
    const [first] = group;
    if (!first || group.length === 1) return first!;
    return {
      kind: first.kind,
      author: first.author,
      update: Y.mergeUpdates(group.map(({ update }) => update)),
      inserted: group.reduce((sum, { inserted }) => sum + inserted, 0),
      deleted: group.reduce((sum, { deleted }) => sum + deleted, 0),
    };
  });
}
