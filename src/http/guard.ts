import type { Actor, AnyContext, Context } from "../data/context";

/** Who may ask. It throws the problem, or leaves the context as the narrower type says. */
export type Guard<A extends Actor | null = Actor | null> = {
  /** How the document names it; null where nobody needs to sign in. */
  scheme: "bearer" | null;
  check(ctx: AnyContext): A | Promise<A>;
};

export type ContextOf<G> = G extends Guard<infer A> ? Context<A> : never;

export const anyone: Guard<Actor | null> = { scheme: null, check: (ctx) => ctx.actor };
