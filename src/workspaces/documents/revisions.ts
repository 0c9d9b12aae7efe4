import type { Context } from "../../data/context";
import { afterCursor, type Page, type PageQuery, pageOf } from "../../http/page";
import { iso } from "../../lib/time";
import { admitTo, requireReader } from "./admittance";
import type { Head } from "./chain";
import { ask, roomOf } from "./remote";
import type { Change, Version } from "./schema";
import type { Version as Kept } from "./versions";

type Anchor = { [K in keyof Head]?: Head[K] | undefined };

const present = ({ at, ...version }: Kept): Version => ({ ...version, createdAt: iso(at) });

export async function listVersions(
  ctx: Context,
  id: string,
  { limit, cursor }: PageQuery,
): Promise<Page<Version>> {
  await requireReader(ctx, id);
  const list = `versions|${id}`;
  const after = await afterCursor<readonly [number]>(list, cursor);
  const page = { limit: limit + 1, ...(after && { before: after[0] }) };
  const kept = await roomOf(id).listVersions(page);
  return pageOf(list, kept.map(present), limit, (last) => [last.version]);
}

export async function createVersion(ctx: Context, id: string, name: string): Promise<Version> {
  await admitTo(ctx, id, "collaborator");
  const taken = { name, author: ctx.actor.id };
  return present((await ask(async () => roomOf(id).createVersion(taken), false)).version);
}

export async function readVersion(ctx: Context, id: string, number: number) {
  await requireReader(ctx, id);
  const { version, text } = await ask(async () => roomOf(id).readVersion(number));
  return { ...present(version), text };
}

/** A forward edit: what is there now is kept as a version before. */
export async function restoreVersion(ctx: Context, id: string, version: number) {
  const { epoch } = await admitTo(ctx, id, "collaborator");
  const author = ctx.actor.id;
  const restored = await ask(
    async () => roomOf(id).restoreVersion({ version, author, epoch }),
    false,
  );
  return { changed: restored.changed, etag: restored.etag };
}

/** As unified text; without `to`, against what stands in the document now. */
export async function diffVersions(ctx: Context, id: string, from: number, to?: number) {
  await requireReader(ctx, id);
  const versions = { from, ...(to !== undefined && { to }) };
  const { diff } = await ask(async () => roomOf(id).diffVersions(versions));
  return { diff };
}

/** Who changed what and when, newest first. */
export async function listHistory(
  ctx: Context,
  id: string,
  { limit, cursor }: PageQuery,
): Promise<Page<Change>> {
  await requireReader(ctx, id);
  const list = `history|${id}`;
  const after = await afterCursor<readonly [number]>(list, cursor);
  const page = { limit: limit + 1, ...(after && { before: after[0] }) };
  const entries = await roomOf(id).history(page);
  const changes = entries.map((entry) => ({ ...entry, at: iso(entry.at) }));
  return pageOf(list, changes, limit, (last) => [last.sequence]);
}

/** Whether nothing was removed from the history or rewritten. */
export async function verifyHistory(ctx: Context, id: string, anchor: Anchor) {
  await requireReader(ctx, id);
  const { sequence, hash } = anchor;
  const known = sequence === undefined || hash === undefined ? undefined : { sequence, hash };
  const verdict = await roomOf(id).verifyHistory(known);
  return verdict.intact
    ? { intact: true, head: verdict.head, broken: null, sequence: null }
    : { intact: false, head: null, broken: verdict.broken, sequence: verdict.sequence };
}
