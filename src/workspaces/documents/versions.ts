import { utf8 } from "../../lib/crypto";
import { newId } from "../../lib/id";
import { digestOf } from "./chain";
import type { OpenDocument } from "./document";
import { expiredVersions } from "./retention";

/** A text that the document once had. `revision` is the change of the history it was taken after. */
export type Version = {
  version: number;
  kind: "automatic" | "named";
  name: string | null;
  author: string | null;
  at: number;
  revision: number;
  bytes: number;
};
type Stored = Version & { digest: string; text: ArrayBuffer | null; object: string | null };
type About = Pick<Version, "kind" | "name" | "author">;

/** A version before it has its number: its bytes are fixed, whatever is typed meanwhile. */
export type Taken = About & Pick<Version, "at" | "revision"> & { body: Uint8Array; digest: string };

export function takeVersion(document: OpenDocument, about: About, text: string): Taken {
  const body = utf8(text);
  const revision = document.revision();
  return { ...about, at: Date.now(), revision, body, digest: digestOf(body) };
}

const columns = "version, kind, name, author, at, sequence AS revision, bytes";

/** Gives it a number, and the history an entry that vouches for its bytes. */
export function keepVersion(document: OpenDocument, taken: Taken, object: string | null): Version {
  const { storage } = document;
  const { kind, name, author, at, revision, body, digest } = taken;
  return storage.transactionSync(() => {
    document.record({ kind: "version", author, at, inserted: 0, deleted: 0, digest });
    return storage.sql
      .exec<Version>(
        `INSERT INTO versions (kind, name, author, at, sequence, bytes, digest, text, object)
         VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?) RETURNING ${columns}`,
        ...[kind, name, author, at, revision, body.length, digest],
        ...[object === null ? body : null, object],
      )
      .one();
  });
}

const decoder = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

export const objectsOf = (documentId: string) => `documents/${documentId}/versions/`;

/** Large texts lie in R2; their key is written only when they are there. */
export async function storeBody(media: R2Bucket, documentId: string, body: Uint8Array) {
  const key = objectsOf(documentId) + newId();
  await media.put(key, body, { httpMetadata: { contentType: "text/plain; charset=utf-8" } });
  return key;
}

/** Newest first. */
export const listVersions = (sql: SqlStorage, before: number, limit: number): Version[] =>
  sql
    .exec<Version>(
      `SELECT ${columns} FROM versions WHERE version < ? ORDER BY version DESC LIMIT ?`,
      ...[before, limit],
    )
    .toArray();

/** Null if there is none; its text is null if the bytes are not those that were kept. */
export async function readVersion(
  sql: SqlStorage,
  media: R2Bucket,
  number: number,
): Promise<{ version: Version; text: string | null } | null> {
  const row = sql
    .exec<Stored>(`SELECT ${columns}, digest, text, object FROM versions WHERE version = ?`, number)
    .toArray()[0];
  if (!row) return null;
  const { digest, text, object, ...version } = row;
  const stored = text ?? (await media.get(object!))?.arrayBuffer() ?? null;
  const body = stored && new Uint8Array(await stored);
  const isWhole = body !== null && digestOf(body) === digest;
  return { version, text: isWhole ? decoder.decode(body) : null };
}

/** The revision of the newest version: what changed since is not kept by any. */
export const lastKeptRevision = (sql: SqlStorage): number =>
  sql.exec<{ last: number | null }>("SELECT max(sequence) AS last FROM versions").one().last ?? 0;

export const countNamed = (sql: SqlStorage): number =>
  sql.exec<{ n: number }>("SELECT count(*) AS n FROM versions WHERE kind = 'named'").one().n;

/** Deletes the automatic versions that are too old or too many; the objects that may go too. */
export function deleteExpired(sql: SqlStorage, now: number): string[] {
  const all = sql.exec<Version>("SELECT version, kind, at FROM versions").toArray();
  const expired = expiredVersions(all, now);
  if (expired.length === 0) return [];
  return sql
    .exec<{ object: string | null }>(
      "DELETE FROM versions WHERE version IN (SELECT value FROM json_each(?)) RETURNING object",
      JSON.stringify(expired),
    )
    .toArray()
    .flatMap(({ object }) => object ?? []);
}

/** Of a document that is deleted for good. */
export async function deleteObjects(media: R2Bucket, documentId: string): Promise<void> {
  for (let more = true; more; ) {
    const page = await media.list({ prefix: objectsOf(documentId) });
    if (page.objects.length > 0) await media.delete(page.objects.map(({ key }) => key));
    more = page.truncated;
  }
}
