import { and, eq, or } from "drizzle-orm";
import type { Actor, AnyContext, Context } from "../../data/context";
import type { Guard } from "../../http/guard";
import { Problem } from "../../http/problem";
import { visitor } from "../guard";
import { refuse } from "../problems";
import type { Tokens } from "../schema";
import { logout } from "../sessions/end";
import { refresh } from "../sessions/refresh";
import { hashOf, readRefreshToken } from "../sessions/refreshToken";
import { sessions } from "../sessions/tables";
import { cookieOf, takeCookie } from "./cookie";

/** By the token in the body, or else by the one in the cookie, which goes once it is worth nothing. */
export async function refreshSession(ctx: AnyContext, sent: string | undefined): Promise<Tokens> {
  if (sent !== undefined) return refresh(ctx, sent);
  const kept = cookieOf(ctx);
  if (!kept) throw refuse("invalid_refresh_token");
  return refresh(ctx, kept).catch((error) => {
    if (error instanceof Problem && error.status === 401) takeCookie(ctx);
    throw error;
  });
}

/** Whoever is signed in, or a page whose access token has expired but whose cookie has not. */
export const leaving: Guard<Actor | null> = {
  scheme: "bearer",
  check: (ctx, use) => (!ctx.actor && cookieOf(ctx) ? null : visitor.check(ctx, use)),
};

/** Ends the session that asks; and of a page also the one in its cookie, which may be another. */
export async function leave(ctx: AnyContext): Promise<void> {
  const kept = ctx.request?.headers.has("x-rimlight-browser") ? cookieOf(ctx) : null;
  if (ctx.actor) await logout(ctx as Context);
  if (!kept) return;
  takeCookie(ctx);
  const actor = await holderOf(ctx, kept);
  if (!actor || actor.sessionId === ctx.actor?.sessionId) return;
  ctx.actor = actor;
  await logout(ctx as Context);
}

/** Whose session a refresh token is of, be it the current one or the one before. */
async function holderOf(ctx: AnyContext, token: string): Promise<Actor | null> {
  const parts = await readRefreshToken(token);
  if (!parts) return null;
  const hash = await hashOf(parts.secret);
  const row = await ctx.db
    .select({ id: sessions.userId })
    .from(sessions)
    .where(
      and(
        eq(sessions.id, parts.sessionId),
        or(eq(sessions.currentHash, hash), eq(sessions.previousHash, hash)),
      ),
    )
    .get();
  return row ? { ...row, role: "visitor", sessionId: parts.sessionId } : null;
}
