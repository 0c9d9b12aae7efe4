import { describe, log } from "../../http/log";
import { automaticVersions } from "./automatic";
import type { Closing } from "./closing";
import { type OpenDocument, openDocument } from "./document";
import { greet, type Room, receive } from "./exchange";
import { sendDifference, sendUpdate } from "./fanout";
import { limitsOf } from "./limits";
import { delayUntilFlush } from "./pacing";
import { openPresence } from "./presence";
import { nothingNewFrame } from "./protocol";
import { type Live, openSockets, send } from "./sockets";
import { createTables } from "./storage";

type Opened = { document: OpenDocument; versions: ReturnType<typeof automaticVersions> };

/** One room while it is awake: its sockets, who is where, and the document once it is needed. */
export function openRoom(ctx: DurableObjectState, env: Env) {
  const limits = limitsOf((env as { DOCUMENT_LIMITS?: string }).DOCUMENT_LIMITS);
  createTables(ctx.storage.sql);
  const sockets = openSockets(ctx, limits, () => resumeSoon());
  const presence = openPresence(sockets, limits);
  const owed = new Set<Live>();
  let opened: Opened | null = null;
  let lastCommit = 0;
  let commitTimer: ReturnType<typeof setTimeout> | undefined;
  let resumeTimer: ReturnType<typeof setTimeout> | undefined;

  /** Null if it cannot be loaded: nothing was touched, and the next call tries again. */
  const open = (): Opened | null => {
    if (opened) return opened;
    try {
      const document = openDocument(ctx.storage, limits);
      const versions = automaticVersions(document, {
        document: () => open()?.document ?? null,
        media: env.MEDIA,
        documentId: ctx.id.name ?? ctx.id.toString(),
        limits,
        waitUntil: (work) => ctx.waitUntil(work),
      });
      opened = { document, versions };
    } catch (error) {
      fail("document_not_loaded", error);
    }
    return opened;
  };

  const fail = (what: string, error: unknown) => {
    log("error", what, { room: ctx.id.name, error: describe(error) });
    opened = null;
    for (const live of sockets.all()) dismiss(live, "unavailable");
  };

  const dismiss = (live: Live, why: Closing) => {
    sockets.close(live, why);
    forget(live);
  };

  const forget = (live: Live) => {
    sockets.forget(live);
    owed.delete(live);
    presence.leave(live);
  };

  /** Saves, then broadcasts: the runtime holds every send back until what was written is durable. */
  const commit = (): boolean => {
    if (commitTimer !== undefined) clearTimeout(commitTimer);
    commitTimer = undefined;
    if (!opened) return true;
    const { document, versions } = opened;
    try {
      const update = document.commit();
      if (update) sendUpdate(sockets, document, update);
      else for (const live of owed) send(live, nothingNewFrame);
      owed.clear();
      if (!update) return true;
      lastCommit = Date.now();
      if (document.isBroken()) return true;
      document.compactIfDue();
      versions.afterCommit();
      return true;
    } catch (error) {
      fail("document_not_written", error);
      return false;
    }
  };

  const commitSoon = () => {
    const bytes = opened?.document.pendingBytes() ?? 0;
    const wait = delayUntilFlush(
      { lastFlush: lastCommit, now: Date.now(), bytes },
      { window: limits.commitMillis, mostBytes: limits.commitBytes },
    );
    if (wait === 0) commit();
    else commitTimer ??= setTimeout(commit, wait);
  };

  const resumeSoon = () => {
    if (resumeTimer !== undefined) return;
    resumeTimer = setTimeout(resume, limits.resumeMillis);
  };

  /** Brings readers that were too slow up to date, or gives them up. */
  const resume = () => {
    resumeTimer = undefined;
    for (const live of sockets.all()) {
      if (!live.knows && live.missed.size === 0) continue;
      const pressure = sockets.pressureOn(live);
      if (pressure === "drop") {
        dismiss(live, "busy");
        continue;
      }
      const document = live.knows && pressure !== "pause" ? open()?.document : undefined;
      if (live.knows && document && commit()) sendDifference(sockets, document, live, live.knows);
      if (pressure === "none") presence.catchUp(live);
      if (live.knows || live.missed.size > 0) resumeSoon();
    }
  };

  /** Keeps what was applied before the memory broke, and loads the document afresh. */
  const startOver = () => {
    commit();
    opened = null;
    for (const live of sockets.all()) if (live.knows) dismiss(live, "restart");
  };

  const roomOf = ({ document, versions }: Opened): Room => {
    const { beforeEdit } = versions;
    const owe = (live: Live) => owed.add(live);
    return { limits, sockets, presence, document, commit, beforeEdit, owe };
  };

  return {
    limits,
    sockets,
    presence,
    commit,
    dismiss,
    forget,
    document: () => open()?.document ?? null,
    versions: () => open()?.versions ?? null,
    /** The next call opens the document afresh. */
    reopen() {
      opened = null;
    },

    greet(live: Live) {
      presence.wake();
      const room = open();
      if (room && commit()) greet(roomOf(room), live);
    },

    hear(live: Live, data: ArrayBuffer | string) {
      live.unheard = 0;
      presence.wake();
      const room = open();
      if (!room) return;
      try {
        const why = receive(roomOf(room), live, data);
        if (why) dismiss(live, why);
      } catch (error) {
        return fail("frame_not_taken", error);
      }
      if (room.document.isBroken()) startOver();
      else if (room.document.hasPending() || owed.size > 0) commitSoon();
    },
  };
}

export type LiveRoom = ReturnType<typeof openRoom>;
