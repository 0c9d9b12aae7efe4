import { and, eq, inArray, sql } from "drizzle-orm";
import type { Context } from "../../data/context";
import { commit } from "../../data/outbox";
import { refuse } from "../../http/problem";
import { newId } from "../../lib/id";
import { second } from "../../lib/time";
import { newRow } from "../sessions/establish";
import { newSecret } from "../sessions/refreshToken";
import { sessions } from "../sessions/tables";
import { issueAccessToken, lifetime } from "../tokens/access";
import { audited } from "../trail";
import { present } from "../users/profile";
import { profileView, users } from "../users/tables";
import { below, isLiving } from "./reach";
import type { Impersonation } from "./schema";
import { readUserAsAdmin } from "./users";

/**
 * A token with which an administrator sees what somebody below them sees, for a quarter of an hour
 * at most. There is none to refresh it with; `strictly` and whatever changes who a person is are
 * out of its reach.
 */
export async function impersonate(
  ctx: Context,
  userId: string,
  reason: string,
): Promise<Impersonation> {
  const { actor } = ctx;
  ctx.claim = undefined; // No answer with a token is stored.
  const sessionId = newId();
  const until = Date.now() + lifetime * second;
  const row = {
    ...(await newRow(ctx, sessionId, newSecret(), [])),
    idleAt: sql<number>`${until}`.as("idle_at"),
    expiresAt: sql<number>`${until}`.as("expires_at"),
    // Neither the administrator's device nor where they are becomes the person's.
    userAgent: sql<string>`'impersonation'`.as("user_agent"),
    network: sql<string>`''`.as("network"),
    device: sql<string>`''`.as("device"),
    country: sql<string>`''`.as("country"),
    city: sql<string>`''`.as("city"),
    impersonatorId: sql<string>`${actor.id}`.as("impersonator_id"),
  };
  const whom = and(eq(users.id, userId), inArray(users.role, below(actor.role)), isLiving);
  const [opened, , [user]] = await commit(ctx, [
    ctx.db
      .insert(sessions)
      .select(ctx.db.select(row).from(users).where(whom))
      .returning({ id: sessions.id }),
    audited(ctx, { action: "user.impersonated", target: ["user", userId], detail: { reason } }),
    ctx.db
      .select({ ...profileView, tokenVersion: users.tokenVersion })
      .from(users)
      .where(eq(users.id, userId)),
  ]);
  if (opened.length === 0 || !user) throw await whyNot(ctx, userId);
  const { tokenVersion, ...profile } = user;
  const subject = { userId, sessionId, role: user.role, tokenVersion, impersonatorId: actor.id };
  const accessToken = await issueAccessToken(ctx, subject);
  return { accessToken, expiresIn: lifetime, user: present(profile) };
}

async function whyNot(ctx: Context, id: string) {
  const { role } = await readUserAsAdmin(ctx, id);
  return below(ctx.actor.role).includes(role) ? refuse("conflict") : refuse("forbidden");
}
