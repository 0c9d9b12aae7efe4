import { enter } from "./access";
import { acceptedProtocol, type Person, readAdmission } from "./admission";
import type { LiveRoom } from "./live";
import { readRoom } from "./storage";

/** Takes in a socket, or says before the upgrade why not: 401, 403, 404, 503. */
export function upgrade(room: LiveRoom, sql: SqlStorage, request: Request): Response {
  const asking = readAdmission(request);
  if (!asking) return refused(403, "no_person");
  const entrance = enter(sql, asking);
  if ("refused" in entrance) {
    return refused(entrance.refused === "signed_out" ? 401 : 403, entrance.refused);
  }
  const { generation, closed } = readRoom(sql);
  if (closed) return refused(404, "gone");
  if (room.sockets.count() >= room.limits.sockets) return refused(503, "room_full");
  if (!room.document()) return refused(503, "unavailable");
  const known = new URL(request.url).searchParams.get("generation");
  return accept(room, entrance.person, request, known === null || Number(known) === generation);
}

/** Who holds another generation is let in only to be told so: a code that clients take as final. */
function accept(room: LiveRoom, person: Person, request: Request, current: boolean): Response {
  const { 0: client, 1: server } = new WebSocketPair();
  const live = room.sockets.accept(server, person);
  if (current) room.greet(live);
  else room.dismiss(live, "otherGeneration");
  return new Response(null, { status: 101, webSocket: client, headers: acceptedProtocol(request) });
}

const refused = (status: number, refusal: string): Response =>
  Response.json({ refusal }, { status, headers: status === 503 ? { "retry-after": "2" } : {} });
