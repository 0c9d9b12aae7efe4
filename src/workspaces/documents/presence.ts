import {
  absent,
  isRelayed,
  mayShow,
  nextClock,
  type Presence,
  readAwareness,
  stampState,
  writeAwareness,
} from "./awareness";
import type { Limits } from "./limits";
import { delayUntilFlush } from "./pacing";
import { awarenessFrame, queryFrame } from "./protocol";
import { type Live, type Sockets, send } from "./sockets";

/** Who is where: held in memory, told to everyone, gone with the socket. */
export function openPresence(sockets: Sockets, limits: Limits) {
  const states = new Map<number, string>();
  const owners = new Map<number, Live>();
  const clocks = new Map<number, number>();
  for (const live of sockets.all()) {
    for (const [id, clock] of live.ids) {
      owners.set(id, live);
      clocks.set(id, clock);
    }
  }
  let changed = new Set<number>();
  let timer: ReturnType<typeof setTimeout> | undefined;
  let lastFlush = 0;
  let asleep = sockets.count() > 0;

  const touch = (id: number) => {
    const clock = nextClock(clocks.get(id) ?? 0, Date.now());
    clocks.set(id, clock);
    owners.get(id)?.ids.set(id, clock);
    return clock;
  };

  const entriesOf = (ids: Iterable<number>): Presence[] =>
    [...ids].map((id) => {
      return { id, clock: clocks.get(id) ?? touch(id), json: states.get(id) ?? absent };
    });

  const tell = (live: Live, ids: Iterable<number>) => {
    const others = [...ids].filter((id) => !live.ids.has(id));
    if (others.length === 0) return;
    if (sockets.pressureOn(live) !== "none") sockets.miss(live, others);
    else send(live, awarenessFrame(writeAwareness(entriesOf(others))));
  };

  const flush = () => {
    timer = undefined;
    lastFlush = Date.now();
    const ids = changed;
    changed = new Set();
    for (const id of ids) touch(id);
    for (const live of new Set([...ids].map((id) => owners.get(id)))) if (live) sockets.save(live);
    const shared = awarenessFrame(writeAwareness(entriesOf(ids)));
    for (const live of sockets.all()) {
      const owns = [...ids].some((id) => live.ids.has(id));
      if (owns || sockets.pressureOn(live) !== "none") tell(live, ids);
      else send(live, shared);
    }
    if (clocks.size > 4 * limits.sockets) forgetDeparted();
  };

  const forgetDeparted = () => {
    for (const id of clocks.keys()) if (!owners.has(id)) clocks.delete(id);
  };

  const flushSoon = () => {
    if (timer !== undefined || changed.size === 0) return;
    const about = { lastFlush, now: Date.now(), bytes: 0 };
    // Standard clients send back what they hear: the work grows with the square of the people.
    const window = limits.presenceMillis * Math.max(1, sockets.count() / 25);
    const wait = delayUntilFlush(about, { window, mostBytes: Infinity });
    if (wait === 0) flush();
    else timer = setTimeout(flush, wait);
  };

  const leave = (live: Live) => {
    for (const [id, clock] of live.ids) {
      clocks.set(id, Math.max(clock, clocks.get(id) ?? 0));
      owners.delete(id);
      states.delete(id);
      changed.add(id);
    }
    live.ids.clear();
    flushSoon();
  };

  const claim = (live: Live, id: number) => {
    const before = owners.get(id);
    if (before === live) return;
    if (before?.ids.delete(id)) sockets.save(before);
    owners.set(id, live);
    live.ids.set(id, clocks.get(id) ?? 0);
  };

  /** False if it is malformed. States that are not the sender's to show are passed over. */
  const receive = (live: Live, update: Uint8Array): boolean => {
    const entries = readAwareness(update, (heading) => {
      return !isRelayed(heading) || owners.get(heading.id) === live;
    });
    if (!entries) return false;
    if (entries.length === 0) return true;
    const echo: Presence[] = [];
    for (const entry of entries) {
      const asking = { socket: live, sessionId: live.person.sessionId, ids: live.ids.size };
      const owner = owners.get(entry.id);
      const held = owner && { socket: owner, sessionId: owner.person.sessionId };
      if (!mayShow(entry, held, asking, limits.idsPerSocket)) continue;
      const json = entry.json === absent ? absent : stampState(entry.json, live.person);
      if (json === null || json.length > limits.awarenessBytes) continue;
      claim(live, entry.id);
      if (json === absent) states.delete(entry.id);
      else states.set(entry.id, json);
      changed.add(entry.id);
      echo.push({ ...entry, json });
    }
    send(live, awarenessFrame(writeAwareness(echo)));
    flushSoon();
    return true;
  };

  return {
    receive,
    leave,
    tellAll: (live: Live) => tell(live, states.keys()),
    /** Under clocks that also one who was here before takes as news. */
    greet(live: Live) {
      for (const id of states.keys()) touch(id);
      tell(live, states.keys());
    },
    catchUp(live: Live) {
      const { missed } = live;
      live.missed = new Set();
      tell(live, missed);
    },
    /** Says again who this is, e.g. after a change of role. */
    restamp(live: Live) {
      for (const id of live.ids.keys()) {
        const json = stampState(states.get(id) ?? absent, live.person);
        if (!json) continue;
        states.set(id, json);
        changed.add(id);
      }
      flushSoon();
    },
    /** Memory was lost while sockets lived on: asks them all where they are. */
    wake() {
      if (!asleep) return;
      asleep = false;
      for (const live of sockets.all()) send(live, queryFrame);
    },
  };
}

export type PresenceBook = ReturnType<typeof openPresence>;
