import * as decoding from "lib0/decoding";
import * as encoding from "lib0/encoding";
import type { Person } from "./admission";

/** One client's state in an awareness update; `null` as JSON says that it has none. */
export type Presence = { id: number; clock: number; json: string };

export const absent = "null";

type Heading = Pick<Presence, "id" | "clock">;

/** The entries of an awareness update that are wanted, or null if it is malformed. */
export function readAwareness(
  update: Uint8Array,
  isWanted: (heading: Heading) => boolean = () => true,
): Presence[] | null {
  try {
    const decoder = decoding.createDecoder(update);
    const count = decoding.readVarUint(decoder);
    const entries: Presence[] = [];
    for (let i = 0; i < count; i++) {
      const heading = { id: decoding.readVarUint(decoder), clock: decoding.readVarUint(decoder) };
      const json = decoding.readVarUint8Array(decoder);
      if (isWanted(heading)) entries.push({ ...heading, json: utf8.decode(json) });
    }
    return decoding.hasContent(decoder) ? null : entries;
  } catch {
    return null;
  }
}

const utf8 = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

export function writeAwareness(entries: readonly Presence[]): Uint8Array {
  const encoder = encoding.createEncoder();
  encoding.writeVarUint(encoder, entries.length);
  for (const { id, clock, json } of entries) {
    encoding.writeVarUint(encoder, id);
    encoding.writeVarUint(encoder, clock);
    encoding.writeVarString(encoder, json);
  }
  return encoding.toUint8Array(encoder);
}

/** The state as others may see it: who it is from is ours to say. Null if it is not an object. */
export function stampState(json: string, person: Person): string | null {
  const state = parseObject(json);
  if (!state) return null;
  const { userId: id, name, role } = person;
  const user = isObject(state.user) ? state.user : {};
  return JSON.stringify({ ...state, user: { ...user, id, name, role } });
}

function parseObject(json: string): Record<string, unknown> | null {
  try {
    const value: unknown = JSON.parse(json);
    return isObject(value) ? value : null;
  } catch {
    return null;
  }
}

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === "object" && value !== null && !Array.isArray(value);

const epochMillis = Date.UTC(2026, 0, 1);
const firstRoomClock = 2 ** 31;

/**
 * The clock under which the room tells others of a state. It only rises, also over hibernation and
 * reconnects (a client whose own clock did not move would stay invisible to those who saw it leave),
 * it fits 32 bits until 2043, and it is far above any clock that a client counts by itself.
 */
export const nextClock = (last: number, now: number): number =>
  Math.max(last + 1, firstRoomClock + Math.floor((now - epochMillis) / 250));

/** Standard clients send what they receive back to the server: such a state is nobody's own. */
export const isRelayed = ({ clock }: Heading) => clock >= firstRoomClock;

/** Whether a socket may show a state under this id: the first live socket to claim it owns it. */
export function mayShow(
  entry: Presence,
  owner: { socket: object; sessionId: string | null } | undefined,
  asking: { socket: object; sessionId: string | null; ids: number },
  mostIds: number,
): boolean {
  if (owner?.socket === asking.socket) return true;
  if (entry.json === absent || isRelayed(entry)) return false;
  if (owner && (owner.sessionId === null || owner.sessionId !== asking.sessionId)) return false;
  return asking.ids < mostIds;
}
