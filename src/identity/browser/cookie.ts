import { env } from "cloudflare:workers";
import type { AnyContext } from "../../data/context";
import { refuse } from "./problems";

/** Out of reach of scripts, and sent to nothing but the routes that give and take tokens. */
const name = "__Secure-rimlight-refresh";
const attributes = "Path=/api/v1/auth; HttpOnly; Secure; SameSite=Strict";
/** Seconds; a session lives no longer. */
const longest = 30 * 86_400;

export const giveCookie = (ctx: AnyContext, refreshToken: string) =>
  ctx.cookies.push(`${name}=${refreshToken}; ${attributes}; Max-Age=${longest}`);

export const takeCookie = (ctx: AnyContext) =>
  ctx.cookies.push(`${name}=; ${attributes}; Max-Age=0`);

/**
 * Whether a page of ours wants its refresh token in the cookie. A form or a page of another site
 * cannot send the header, nor pass as same-origin.
 * @throws {Problem} `cross_site` for whoever sends the header from elsewhere
 */
export function isBrowser({ request }: AnyContext): boolean {
  if (!request?.headers.has("x-rimlight-browser")) return false;
  if (!isSameOrigin(request)) throw refuse("cross_site");
  return true;
}

function isSameOrigin({ headers, url }: Request): boolean {
  const site = headers.get("sec-fetch-site");
  if (site !== null) return site === "same-origin";
  return headers.get("origin") === new URL(env.PUBLIC_URL || url).origin;
}

/**
 * The refresh token in the cookie, if there is one.
 * @throws {Problem} `cross_site` unless a page of ours sent it
 */
export function cookieOf(ctx: AnyContext): string | null {
  const found = ctx.request && readCookie(ctx.request.headers, name);
  if (!found) return null;
  if (!isBrowser(ctx)) throw refuse("cross_site");
  return found;
}

export function readCookie(headers: Headers, wanted: string): string | null {
  for (const part of headers.get("cookie")?.split(";") ?? []) {
    const at = part.indexOf("=");
    if (part.slice(0, at).trim() === wanted) return part.slice(at + 1).trim();
  }
  return null;
}
