import type { ProjectRole } from "../projects/roles";

export type { ProjectRole };

/** Who is behind a socket, as the route found it in D1. */
export type Person = {
  userId: string;
  name: string;
  role: ProjectRole;
  /** Of the membership: every change of it is one higher. */
  epoch: number;
  /** Null for an API key. */
  sessionId: string | null;
};

export const mayEdit = (role: ProjectRole) => role !== "viewer";

const header = "x-rimlight-person";
const protocol = "rimlight.v1";

/**
 * The upgrade request for the room. Only the route makes it, after its guard: the room believes the
 * header, which is overwritten here whatever the client sent, and never sees a token.
 */
export function admit(request: Request, person: Person): Request {
  const headers = new Headers(request.headers);
  headers.delete("authorization");
  headers.delete("cookie");
  const offered = headers.get("sec-websocket-protocol")?.split(",") ?? [];
  headers.delete("sec-websocket-protocol");
  if (offered.some((name) => name.trim() === protocol)) {
    headers.set("sec-websocket-protocol", protocol);
  }
  headers.set(header, encodeURIComponent(JSON.stringify(trimmed(person))));
  return new Request(request.url, { method: "GET", headers });
}

export function readAdmission(request: Request): Person | null {
  const text = request.headers.get(header);
  return text ? (JSON.parse(decodeURIComponent(text)) as Person) : null;
}

/** What the answer to the upgrade must say for a browser that offered our subprotocol. */
export const acceptedProtocol = (request: Request): Record<string, string> =>
  request.headers.get("sec-websocket-protocol") === protocol
    ? { "sec-websocket-protocol": protocol }
    : {};

/** An attachment holds 16 KiB, and a name may be as long as somebody likes. */
const trimmed = ({ userId, name, role, epoch, sessionId }: Person): Person => {
  return { userId, name: name.slice(0, 200).toWellFormed(), role, epoch, sessionId };
};
