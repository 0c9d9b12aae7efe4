import type { C } from "../http/answer";
import { credentialOf } from "./guard";
import { type Verified, verifyAccessToken } from "./tokens/access";

const most = 5_000;
/** Exact token text → what was verified. It never says yes to anything that was not. */
const verified = new Map<string, Verified>();

/** Puts whoever asks into the context; guards decide what follows from nobody being there. */
export function identify(c: C): void | Promise<void> {
  const token = credentialOf(c.req.raw.headers);
  if (!token) return;
  const known = verified.get(token);
  if (!known) return verifyFirst(c, token);
  if (known.expiresAt > Date.now()) c.var.ctx.actor = known.actor;
}

async function verifyFirst(c: C, token: string): Promise<void> {
  const found = await verifyAccessToken(c.var.ctx, token);
  if (!found) return;
  if (verified.size >= most) verified.delete(verified.keys().next().value!);
  verified.set(token, found);
  c.var.ctx.actor = found.actor;
}
