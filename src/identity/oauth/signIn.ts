import { and, eq } from "drizzle-orm";
import type { Actor, AnyContext, Context } from "../../data/context";
import { violates } from "../../data/database";
import { commit } from "../../data/outbox";
import { invalidate } from "../../http/cache";
import { refuse as refuseAny } from "../../http/problem";
import type { LoggedIn } from "../schema";
import { announce } from "../sessions/announce";
import { establishSession } from "../sessions/establish";
import { readStanding } from "../sessions/standing";
import { present, profileTag } from "../users/profile";
import { profileView, users } from "../users/tables";
import { created, type Entrance, joined, known, linking, takenOver } from "./accounts";
import type { Attempt } from "./attempt";
import { exchangeOf, redirectUriOf } from "./exchange";
import type { Told } from "./person";
import { refuse } from "./problems";
import { clientFor } from "./providers";
import type { OAuthAnswer } from "./schema";
import { identities } from "./tables";

/** Who is signed in, or that an identity was linked to whoever was. */
export type Outcome = { redirect: string; signedIn: LoggedIn | null };

/** Ends a sign-in that this browser began, by what the provider answered. */
export async function finishAttempt(
  ctx: AnyContext,
  provider: string,
  answer: OAuthAnswer,
  attempt: Attempt,
): Promise<Outcome> {
  const client = clientFor(provider);
  if (answer.error === "access_denied") throw refuse("sign_in_denied");
  if (!answer.code) throw refuse("sign_in_failed");
  const { code, iss } = answer;
  const redirectUri = redirectUriOf(ctx, client);
  const told = await exchangeOf(client).identify(client, { ...attempt, code, iss, redirectUri });
  const { actor, redirect } = attempt;
  if (actor && !actor.isGuest) {
    await link(ctx, provider, told, actor);
    return { redirect, signedIn: null };
  }
  ctx.actor = actor && { id: actor.id, role: "visitor", sessionId: actor.sessionId };
  return { redirect, signedIn: await signIn(ctx, provider, told) };
}

/** To the account whose person began this, if that session is still good. */
async function link(
  ctx: AnyContext,
  provider: string,
  told: Told,
  { id, sessionId }: { id: string; sessionId: string },
): Promise<void> {
  const claimed: Actor = { id, role: "user", sessionId };
  ctx.actor = await readStanding(ctx, claimed);
  if (!ctx.actor) throw refuseAny("invalid_token");
  const [first, ...more] = linking(ctx as Context, id, provider, told);
  await commit(ctx, [first!, ...more]).catch(async (error) => {
    if (!violates(error, "identities.")) throw error;
    if ((await readKnown(ctx, told))?.id !== id) throw refuse("identity_taken");
  });
}

/** Whatever changed between the look and the deed breaks the deed; one more look tells what it was. */
async function signIn(ctx: AnyContext, provider: string, told: Told, isAgain = false) {
  const entrance = await findEntrance(ctx, provider, told);
  const tokens = await establishSession(ctx, entrance.account, ["fed"], entrance.before).catch(
    (error) => {
      if (isAgain || !violates(error, "UNIQUE")) throw error;
      return null;
    },
  );
  if (!tokens) {
    if (isAgain) throw refuseAny("forbidden");
    return signIn(ctx, provider, told, true);
  }
  return welcome(ctx, entrance, tokens);
}

async function welcome(
  ctx: AnyContext,
  { account: { id, tokenVersion }, isTakenOver }: Entrance,
  tokens: NonNullable<Awaited<ReturnType<typeof establishSession>>>,
): Promise<LoggedIn> {
  if ("mfaRequired" in tokens) return tokens;
  invalidate(ctx, profileTag(id));
  if (isTakenOver) await announce([{ id, version: tokenVersion }]);
  const row = await ctx.db.select(profileView).from(users).where(eq(users.id, id)).get();
  return { user: present(row!), ...tokens };
}

async function findEntrance(ctx: AnyContext, provider: string, told: Told): Promise<Entrance> {
  const owner = await readKnown(ctx, told);
  if (owner) return known(ctx, owner, told);
  if (told.address === null) throw refuse("address_unproved");
  const holder = await ctx.db
    .select(accountView)
    .from(users)
    .where(eq(users.email, told.address))
    .get();
  if (!holder) return created(ctx, provider, told);
  if (holder.verifiedAt === null) return takenOver(ctx, holder, provider, told);
  if (holder.mfaEnabled) throw refuse("account_exists");
  return joined(ctx, holder, provider, told);
}

const accountView = {
  id: users.id,
  role: users.role,
  tokenVersion: users.tokenVersion,
  mfaEnabled: users.mfaEnabled,
  email: users.email,
  verifiedAt: users.verifiedAt,
};

const readKnown = (ctx: AnyContext, { issuer, subject }: Told) =>
  ctx.db
    .select(accountView)
    .from(identities)
    .innerJoin(users, eq(users.id, identities.userId))
    .where(and(eq(identities.issuer, issuer), eq(identities.subject, subject)))
    .get();
