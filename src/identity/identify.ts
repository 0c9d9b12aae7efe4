import type { AnyContext } from "../data/context";
import type { Exchange } from "../http/answer";
import { credentialOf } from "./guard";
import { authenticateKey } from "./keys/authenticate";
import { isRevoked, isTrusted, refreshFor } from "./sessions/snapshot";
import { type Verified, verifyAccessToken } from "./tokens/access";

const most = 5_000;
/** Exact token text → what was verified. It never says yes to anything that was not. */
const verified = new Map<string, Verified>();

/**
 * Puts whoever asks into the context; guards decide what follows from nobody being there. A token
 * seen before costs a look into memory and no `await`.
 */
export function identify({ ctx, headers }: Exchange): void | Promise<void> {
  const token = credentialOf(headers);
  if (!token) return;
  if (token.startsWith("rlk_"))
    return authenticateKey(ctx, token).then((actor) => {
      ctx.actor = actor;
    });
  const known = verified.get(token);
  if (known && isTrusted()) {
    if (isGood(known)) ctx.actor = known.actor;
    return;
  }
  return findOut(ctx, token).then((found) => {
    if (found) ctx.actor = found.actor;
  });
}

/**
 * Whom an access token names and until when, or null if it is not good, or no longer. Rooms ask
 * when a socket opens or brings a new token; nobody talks there in the place of somebody else.
 */
export async function authenticate(ctx: AnyContext, token: string): Promise<Verified | null> {
  const found = await findOut(ctx, token);
  return found?.actor.impersonatorId === undefined ? found : null;
}

async function findOut(ctx: AnyContext, token: string): Promise<Verified | null> {
  const found = verified.get(token) ?? (await verifyAccessToken(ctx, token));
  if (!found) return null;
  remember(token, found);
  if (!isTrusted()) await refreshFor(found);
  return isGood(found) ? found : null;
}

const isGood = (found: Verified) => found.expiresAt > Date.now() && !isRevoked(found);

function remember(token: string, found: Verified): void {
  if (verified.size >= most && !verified.has(token)) verified.delete(verified.keys().next().value!);
  verified.set(token, found);
}
