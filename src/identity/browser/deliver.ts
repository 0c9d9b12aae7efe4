import type { AnyContext } from "../../data/context";
import type { Tokens } from "../schema";
import { giveCookie, isBrowser } from "./cookie";

/** A page of ours gets its refresh token in the cookie, everybody else in the answer. */
export function deliver<T extends Tokens & { refreshToken: string }>(
  ctx: AnyContext,
  tokens: T,
): Tokens {
  if (!isBrowser(ctx)) return tokens;
  giveCookie(ctx, tokens.refreshToken);
  return { ...tokens, refreshToken: null };
}
