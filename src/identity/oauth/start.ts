import type { AnyContext } from "../../data/context";
import { refuse } from "../../http/problem";
import { isAtLeast } from "../roles";
import { readStanding } from "../sessions/standing";
import { beginAttempt } from "./attempt";
import { authorizationUrl } from "./exchange";
import { clientFor } from "./providers";

/**
 * Where to send a browser to sign in at a provider. Whoever is signed in links the provider to
 * their account; a guest gives what is theirs to the account that is found.
 */
export async function startSignIn(
  ctx: AnyContext,
  provider: string,
  redirect: string,
): Promise<string> {
  ctx.claim = undefined; // The answer is worth nothing without its cookie.
  const client = clientFor(provider);
  const asked = ctx.actor;
  const actor = asked && (await readStanding(ctx, asked));
  if (asked && !actor?.sessionId) throw refuse("invalid_token");
  const isGuest = !!actor && !isAtLeast(actor.role, "user");
  const about = actor?.sessionId ? { id: actor.id, sessionId: actor.sessionId, isGuest } : null;
  const attempt = await beginAttempt(ctx, provider, { redirect, actor: about });
  return authorizationUrl(ctx, client, attempt);
}
