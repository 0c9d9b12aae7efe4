import { and, eq, exists, isNull, sql } from "drizzle-orm";
import type { BatchItem } from "drizzle-orm/batch";
import type { AnyContext } from "../../data/context";
import { demand } from "../../data/demand";
import { emit } from "../../data/outbox";
import { spend } from "../../http/limit";
import { refuse } from "../../http/problem";
import { newId } from "../../lib/id";
import { credentialOf } from "../guard";
import type { SignedIn } from "../schema";
import { endingAll } from "../sessions/end";
import { establishSession } from "../sessions/establish";
import { sessions } from "../sessions/tables";
import { audited } from "../trail";
import { present } from "../users/profile";
import { profileView, users } from "../users/tables";

/** An account for somebody who has not said who they are. */
export async function createGuest(ctx: AnyContext): Promise<SignedIn> {
  await spend("guest", ctx.client.ip);
  const now = Date.now();
  const id = newId(now);
  const account = {
    id,
    email: null,
    displayName: `Guest ${id.slice(-4)}`,
    role: "visitor",
    locale: "en",
    currency: "USD",
  } as const;
  ctx.actor = null;
  const tokens = await establishSession(
    ctx,
    { ...account, tokenVersion: 1, mfaEnabled: false },
    [],
    [
      ctx.db.insert(users).values({ ...account, createdAt: now, updatedAt: now }),
      audited(ctx, { action: "guest.created", target: ["user", id], actorId: id }),
    ],
  );
  const fresh = { avatar: null, verifiedAt: null, mfaEnabled: false, version: 1 };
  return { user: present({ ...account, ...fresh, createdAt: now, updatedAt: now }), ...tokens! };
}

/**
 * The guest who asks, as the account to register is made from; null for everybody else. A token
 * that is no longer good is refused, lest what its guest gathered be lost without a word.
 */
export async function readGuest(ctx: AnyContext) {
  const { actor } = ctx;
  if (!actor && ctx.request && credentialOf(ctx.request.headers)) throw refuse("invalid_token");
  if (actor?.role !== "visitor") return null;
  const row = await ctx.db
    .select({ ...profileView, tokenVersion: users.tokenVersion })
    .from(users)
    .where(and(eq(users.id, actor.id), eq(users.role, "visitor"), isNull(users.mergedInto)))
    .get();
  if (!row) throw refuse("invalid_token");
  return row;
}
type Guest = NonNullable<Awaited<ReturnType<typeof readGuest>>>;

/**
 * Statements that make a guest's account a registered one. They break the batch unless the session
 * that asks is still a guest's; whatever tokens it had are worth nothing from then on.
 */
export function upgradingGuest(
  ctx: AnyContext,
  { id, tokenVersion }: Guest,
  account: { email: string; displayName: string },
  now: number,
): BatchItem<"sqlite">[] {
  const living = and(
    eq(sessions.id, ctx.actor?.sessionId ?? ""),
    eq(sessions.userId, id),
    isNull(sessions.revokedAt),
  );
  const guest = and(
    eq(users.id, id),
    eq(users.role, "visitor"),
    eq(users.tokenVersion, tokenVersion),
  );
  const isGuest = exists(ctx.db.select({ yes: sql`1` }).from(users).where(guest));
  const isAsking = exists(ctx.db.select({ yes: sql`1` }).from(sessions).where(living));
  return [
    demand(ctx, and(isGuest, isAsking)!),
    ...endingAll(ctx, id, "upgraded"),
    ctx.db
      .update(users)
      .set({ ...account, role: "user", updatedAt: now, version: sql`${users.version} + 1` })
      .where(eq(users.id, id)),
    emit(ctx, "guest.upgraded", { userId: id }),
  ];
}
