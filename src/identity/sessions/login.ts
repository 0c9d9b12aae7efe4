import { eq, sql } from "drizzle-orm";
import type { AnyContext } from "../../data/context";
import { commit } from "../../data/outbox";
import { giveBack, spend } from "../../http/limit";
import { networkOf } from "../../http/limitKey";
import { isPassword, renewHash } from "../passwords/passwords";
import { passwords } from "../passwords/tables";
import { refuse } from "../problems";
import type { Login, MfaChallenge, SignedIn } from "../schema";
import { witnessed } from "../trail";
import { present } from "../users/profile";
import { profileView, users } from "../users/tables";
import { establishSession } from "./establish";
import { deviceKey } from "./newDevice";

/**
 * Whether the address or the password was wrong shows neither in the answer nor in its time.
 * Failures count against the account, but cannot lock out a device that was signed in before.
 */
export async function login(
  ctx: AnyContext,
  { email, password }: Login,
): Promise<SignedIn | MfaChallenge> {
  ctx.claim = undefined; // Signing in again is never answered from what was stored.
  await spend("login", ctx.client.ip);
  const known = await readAccount(ctx, email);
  if (!known?.isKnownDevice) await spend("login-account", email);
  const right = await isPassword(password, known?.hash ?? null);
  const outcome = known?.hash && right ? await establish(ctx, known) : null;
  if (!known?.hash || !outcome) {
    await commit(ctx, [
      witnessed(ctx, { action: "login.refused", target: ["user", known?.profile.id ?? "unknown"] }),
    ]);
    throw refuse("invalid_credentials");
  }
  if (!known.isKnownDevice) await giveBack("login-account", email);
  renewHash(ctx, known.profile.id, password, known.hash);
  return "mfaRequired" in outcome ? outcome : { user: present(known.profile), ...outcome };
}

type Known = NonNullable<Awaited<ReturnType<typeof readAccount>>>;

/** Not by a password that was changed while it was being checked. */
const establish = (ctx: AnyContext, { profile, tokenVersion, changedAt }: Known) =>
  establishSession(ctx, { ...profile, tokenVersion }, ["pwd"], [], {
    passwordChangedAt: changedAt!,
  });

function readAccount(ctx: AnyContext, email: string) {
  const { userAgent, ip } = ctx.client;
  return ctx.db
    .select({
      profile: profileView,
      tokenVersion: users.tokenVersion,
      hash: passwords.hash,
      changedAt: passwords.changedAt,
      isKnownDevice: sql<number>`EXISTS (SELECT 1 FROM sessions WHERE sessions.user_id = ${users.id}
        AND sessions.device = ${deviceKey(ctx.client)} AND sessions.network = ${networkOf(ip)}
        AND sessions.user_agent = ${userAgent})`,
    })
    .from(users)
    .leftJoin(passwords, eq(passwords.userId, users.id))
    .where(eq(users.email, email))
    .get();
}
