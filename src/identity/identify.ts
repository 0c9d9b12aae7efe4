import type { C } from "../http/answer";
import { credentialOf } from "./guard";
import { isRevoked, isTrusted, refreshFor } from "./sessions/snapshot";
import { type Verified, verifyAccessToken } from "./tokens/access";

const most = 5_000;
/** Exact token text → what was verified. It never says yes to anything that was not. */
const verified = new Map<string, Verified>();

/**
 * Puts whoever asks into the context; guards decide what follows from nobody being there. A token
 * seen before costs a look into memory and no `await`.
 */
export function identify(c: C): void | Promise<void> {
  const token = credentialOf(c.req.raw.headers);
  if (!token) return;
  const known = verified.get(token);
  if (!known || !isTrusted()) return identifyFirst(c, token, known);
  admit(c, known);
}

async function identifyFirst(c: C, token: string, known?: Verified): Promise<void> {
  const found = known ?? (await verifyAccessToken(c.var.ctx, token));
  if (!found) return;
  if (!known) remember(token, found);
  if (!isTrusted()) await refreshFor(found);
  admit(c, found);
}

function admit(c: C, found: Verified): void {
  if (found.expiresAt > Date.now() && !isRevoked(found)) c.var.ctx.actor = found.actor;
}

function remember(token: string, found: Verified): void {
  if (verified.size >= most) verified.delete(verified.keys().next().value!);
  verified.set(token, found);
}
