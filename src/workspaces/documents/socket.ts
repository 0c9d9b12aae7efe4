import { env } from "cloudflare:workers";
import { eq } from "drizzle-orm";
import type { Context } from "../../data/context";
import type { C } from "../../http/answer";
import { refuse as refuseAny } from "../../http/problem";
import { user } from "../../identity/guard";
import { users } from "../../identity/users/tables";
import { admit } from "./admission";
import { admitTo } from "./admittance";
import { refuse } from "./problems";
import { roomOf } from "./remote";

/** Of whoever may stay in a room with more than their eyes. */
const use = { scope: "documents:write", delegable: true };

/** A browser says which page opens the socket; it must be one that we know, or our own. */
function checkOrigin({ url, headers }: Request): void {
  const origin = headers.get("origin");
  if (origin === null) return;
  const own = [new URL(url).origin, ...(env.PUBLIC_URL ? [new URL(env.PUBLIC_URL).origin] : [])];
  if (![...own, ...env.CORS_ORIGINS.split(",")].includes(origin))
    throw refuse("origin_not_allowed");
}

/** Takes whoever asks into the room, or says before the upgrade why not. */
export async function openSocket(c: C, documentId: string): Promise<Response> {
  const request = c.req.raw;
  const actor = await user.check(c.env.ctx, use);
  if (actor.impersonatorId !== undefined) throw refuseAny("own_session_required");
  checkOrigin(request);
  if (request.headers.get("upgrade")?.toLowerCase() !== "websocket")
    throw refuse("upgrade_required");
  c.env.ctx.actor = actor;
  const ctx = c.env.ctx as Context;
  const { role, epoch } = await admitTo(ctx, documentId, "viewer");
  const [named] = await ctx.db
    .select({ name: users.displayName })
    .from(users)
    .where(eq(users.id, actor.id));
  const { id: userId, sessionId } = actor;
  const person = { userId, name: named?.name ?? "", role, epoch, sessionId };
  const response = await roomOf(documentId).fetch(admit(request, person));
  if (response.status === 101) return response;
  await response.body?.cancel();
  throw refused(response.status);
}

function refused(status: number) {
  if (status === 401) return refuseAny("invalid_token");
  if (status === 403 || status === 404) return refuse("document_not_found");
  return refuse("document_full");
}
