import { describe, log } from "../../http/log";
import { plainText } from "./content";
import type { OpenDocument } from "./document";
import type { Limits } from "./limits";
import { countChanges } from "./storage";
import { deleteExpired, keepVersion, lastKeptRevision, storeBody, takeVersion } from "./versions";

type Shelf = {
  /** The document as it is open at that time, or null. */
  document(): OpenDocument | null;
  media: R2Bucket;
  documentId: string;
  limits: Limits;
  waitUntil(work: Promise<unknown>): void;
};

/** Keeps a version when people come back to a document, and every so many edits. */
export function automaticVersions(document: OpenDocument, shelf: Shelf) {
  const { sql } = document.storage;
  const { limits } = shelf;
  let kept = lastKeptRevision(sql);
  let edits = countChanges(sql, kept);
  let storing = false;

  /** The content as it is, unless a version of it is there already. */
  const keepNow = (): void => {
    if (storing || document.revision() <= kept) return;
    const about = { kind: "automatic" as const, name: null, author: null };
    const taken = takeVersion(document, about, plainText(document.text));
    kept = taken.revision;
    edits = 0;
    if (taken.body.length <= limits.inlineVersionBytes) {
      keepVersion(document, taken, null);
      shelf.waitUntil(sweep(sql, shelf.media));
      return;
    }
    storing = true;
    const work = storeBody(shelf.media, shelf.documentId, taken.body)
      .then((object) => {
        const open = shelf.document();
        if (open) keepVersion(open, taken, object);
      })
      .catch((error) => log("warn", "version_not_kept", { error: describe(error) }))
      .finally(() => {
        storing = false;
      });
    shelf.waitUntil(work);
  };

  return {
    keepNow,
    /** After a pause the next edit begins something new: what was there is kept first. */
    beforeEdit() {
      const last = document.lastChange();
      if (!last || document.hasPending() || last.sequence <= kept) return;
      if (Date.now() - last.at >= limits.quietMillis) keepNow();
    },
    afterCommit() {
      edits += 1;
      if (edits >= limits.versionEdits) keepNow();
    },
    /** A named version was kept of this revision. */
    noteKept(revision: number) {
      if (revision < kept) return;
      kept = revision;
      edits = 0;
    },
  };
}

async function sweep(sql: SqlStorage, media: R2Bucket): Promise<void> {
  const objects = deleteExpired(sql, Date.now());
  if (objects.length > 0) await media.delete(objects);
}
