import type { Actor, AnyContext, Context } from "../data/context";
import { permits, type Use } from "./scope";

/** Who may ask. It throws the problem, or leaves the context as the narrower type says. */
export type Guard<A extends Actor | null = Actor | null> = {
  /** How the document names it; null where nobody needs to sign in. */
  scheme: "bearer" | null;
  /** Without a `use`, only those who speak for themselves pass. */
  check(ctx: AnyContext, use?: Use): A | Promise<A>;
};

export type ContextOf<G> = G extends Guard<infer A> ? Context<A> : never;

/** An API key without the scope is nobody here. */
export const anyone: Guard<Actor | null> = {
  scheme: null,
  check: ({ actor }, use) => (actor && permits(actor, use) ? actor : null),
};
