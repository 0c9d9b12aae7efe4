import type { AnyContext } from "../data/context";
import type { Exchange } from "../http/answer";
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
export function identify({ ctx }: Exchange): void | Promise<void> {
  const token = credentialOf(ctx.request!.headers);
  if (!token) return;
  const known = verified.get(token);
  if (!known || !isTrusted()) return identifyFirst(ctx, token, known);
  admit(ctx, known);
}

async function identifyFirst(ctx: AnyContext, token: string, known?: Verified): Promise<void> {
  const found = known ?? (await verifyAccessToken(ctx, token));
  if (!found) return;
  if (!known) remember(token, found);
  if (!isTrusted()) await refreshFor(found);
  admit(ctx, found);
}

function admit(ctx: AnyContext, found: Verified): void {
  if (found.expiresAt > Date.now() && !isRevoked(found)) ctx.actor = found.actor;
}

function remember(token: string, found: Verified): void {
  if (verified.size >= most) verified.delete(verified.keys().next().value!);
  verified.set(token, found);
}
