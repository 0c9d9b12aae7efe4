import type { Person } from "./admission";
import { type Closing, closing } from "./closing";
import type { Limits } from "./limits";
import { isSilentTooLong, type Pressure, pressureOf } from "./pressure";
import { type Allowance, newAllowance } from "./rate";

/** What survives hibernation: at most 16 KiB. */
type Attachment = {
  person: Person;
  /** Awareness ids that the socket owns, with the clock others last heard of each. */
  ids: [id: number, clock: number][];
  paused?: boolean;
  closed?: boolean;
};

/** An open socket. */
export type Live = {
  socket: WebSocket;
  person: Person;
  ids: Map<number, number>;
  allowance: Allowance;
  /** How often in a row it was asked for what its updates depend on. */
  asks: number;
  /** Set while it reads too slowly: the state vector from which it will be brought up to date. */
  knows: Uint8Array | null;
  /** Awareness ids of which it was not told while it read too slowly. */
  missed: Set<number>;
  backlog: number;
  shrankAt: number;
  /** Bytes sent to it since it last said anything. */
  unheard: number;
};

/** The sockets of one room, found again in their attachments after hibernation. */
export function openSockets(ctx: DurableObjectState, limits: Limits, whenBehind: () => void) {
  const lives = new Map<WebSocket, Live>();

  const add = (socket: WebSocket, { person, ids }: Attachment): Live => {
    const now = Date.now();
    const live: Live = {
      socket,
      person,
      ids: new Map(ids),
      allowance: newAllowance(now, limits),
      asks: 0,
      knows: null,
      missed: new Set(),
      backlog: 0,
      shrankAt: now,
      unheard: 0,
    };
    lives.set(socket, live);
    return live;
  };

  const save = ({ socket, person, ids, knows }: Live) => {
    const attachment: Attachment = { person, ids: [...ids], paused: knows !== null };
    socket.serializeAttachment(attachment);
  };

  /** Whatever still arrives from it afterwards is not read. */
  const close = (live: Live, why: Closing) => {
    lives.delete(live.socket);
    live.socket.serializeAttachment({ person: live.person, ids: [], closed: true });
    shut(live.socket, why);
  };

  /** Undefined for a socket that we closed. */
  const restore = (socket: WebSocket): Live | undefined => {
    const attachment = socket.deserializeAttachment() as Attachment | null;
    if (!attachment || attachment.closed) return;
    const live = add(socket, attachment);
    if (attachment.paused) close(live, "restart");
    return live;
  };
  for (const socket of ctx.getWebSockets()) restore(socket);

  return {
    save,
    close,
    all: () => [...lives.values()],
    count: () => lives.size,
    /** The runtime does not list a socket whose closing wakes the room. */
    of: (socket: WebSocket): Live | undefined => lives.get(socket) ?? restore(socket),
    ofUser: (userId: string) =>
      [...lives.values()].filter(({ person }) => person.userId === userId),
    ofSession: (id: string) => [...lives.values()].filter(({ person }) => person.sessionId === id),
    forget: (live: Live) => lives.delete(live.socket),

    accept(socket: WebSocket, person: Person): Live {
      ctx.acceptWebSocket(socket);
      const live = add(socket, { person, ids: [] });
      save(live);
      return live;
    },

    /** From now on it gets no update, and later one difference to what it knows. */
    pause(live: Live, knows: Uint8Array) {
      live.knows = knows;
      save(live);
      whenBehind();
    },

    miss(live: Live, ids: Iterable<number>) {
      for (const id of ids) live.missed.add(id);
      whenBehind();
    },

    /**
     * How far its reader is behind, by the bytes that the runtime still holds for it. A runtime that
     * does not tell them (workerd before 1.20261117) only bounds what goes to one who is silent.
     */
    pressureOn(live: Live): Pressure {
      const now = Date.now();
      const backlog = live.socket.bufferedAmount as number | undefined;
      if (backlog === undefined) return isSilentTooLong(live.unheard, limits) ? "drop" : "none";
      if (backlog < live.backlog || backlog === 0 || live.backlog === 0) live.shrankAt = now;
      live.backlog = backlog;
      return pressureOf(backlog, now - live.shrankAt, limits);
    },
  };
}

export type Sockets = ReturnType<typeof openSockets>;

export function send(live: Live, frame: Uint8Array): void {
  try {
    live.socket.send(frame);
    live.unheard += frame.length;
  } catch {
    // It is closing; its close event follows.
  }
}

export function shut(socket: WebSocket, why: Closing): void {
  try {
    const [code, reason] = closing[why];
    socket.close(code, reason);
  } catch {
    // It is closed already.
  }
}
