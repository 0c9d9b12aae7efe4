import type { Actor, AnyContext } from "../data/context";
import type { Guard } from "../http/guard";
import { refuse } from "../http/problem";
import { permits, whyNotPermitted } from "../http/scope";
import { isAtLeast, type Role } from "./roles";
import { readStanding } from "./sessions/standing";

const atLeast = (least: Role): Guard<Actor> => ({
  scheme: "bearer",
  check: (ctx, use) => {
    const actor = signedIn(ctx);
    if (!permits(actor, use)) throw whyNotPermitted(actor, use);
    if (!isAtLeast(actor.role, least)) throw refuse("forbidden");
    return actor;
  },
});

/**
 * The same guard for passwords, factors, keys, money and administration: it asks D1's primary, so a
 * revoked session or key is refused at once and a role counts as it is now. No administrator passes
 * in the place of somebody else.
 */
export const strictly = (guard: Guard<Actor>): Guard<Actor> => ({
  scheme: "bearer",
  check: async (ctx, use) => {
    const actor = signedIn(ctx);
    if (actor.impersonatorId !== undefined) throw refuse("own_session_required");
    ctx.actor = await readStanding(ctx, actor);
    return guard.check(ctx, use);
  },
});

/** Whoever a good access token names; else the difference between no credentials and bad ones. */
export function signedIn(ctx: AnyContext): Actor {
  if (ctx.actor) return ctx.actor;
  const sent = ctx.request && credentialOf(ctx.request.headers) !== null;
  throw refuse(sent ? "invalid_token" : "authentication_required");
}

/**
 * The bearer token of a request; "" for credentials of another kind, null for none. A browser's
 * socket cannot set headers: it offers the subprotocols `rimlight.v1` and `bearer.<token>`.
 */
export function credentialOf(headers: Headers): string | null {
  const authorization = headers.get("authorization");
  if (authorization !== null) {
    const token = /^Bearer /i.test(authorization) ? authorization.slice(7) : "";
    return /[\s,]/.test(token) ? "" : token;
  }
  if (headers.get("upgrade") === null) return null;
  const offered = headers.get("sec-websocket-protocol")?.split(",") ?? [];
  return (
    offered
      .find((one) => one.trim().startsWith("bearer."))
      ?.trim()
      .slice(7) ?? null
  );
}

/** Any account, a guest's too. */
export const visitor = atLeast("visitor");
/** A registered account. */
export const user = atLeast("user");
export const seller = atLeast("seller");
export const admin = atLeast("admin");
export const superAdmin = atLeast("super_admin");
