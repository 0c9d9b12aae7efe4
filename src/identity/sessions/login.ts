import { eq } from "drizzle-orm";
import type { AnyContext } from "../../data/context";
import { commit } from "../../data/outbox";
import { isPassword, renewHash } from "../passwords/passwords";
import { passwords } from "../passwords/tables";
import { refuse } from "../problems";
import type { Login, SignedIn } from "../schema";
import { witnessed } from "../trail";
import { present } from "../users/profile";
import { profileView, users } from "../users/tables";
import { establishSession } from "./establish";

/** Whether the address or the password was wrong shows neither in the answer nor in its time. */
export async function login(ctx: AnyContext, { email, password }: Login): Promise<SignedIn> {
  ctx.claim = undefined;
  const known = await ctx.db
    .select({
      profile: profileView,
      tokenVersion: users.tokenVersion,
      hash: passwords.hash,
    })
    .from(users)
    .leftJoin(passwords, eq(passwords.userId, users.id))
    .where(eq(users.email, email))
    .get();
  const right = await isPassword(password, known?.hash ?? null);
  const { profile, tokenVersion } = known ?? {};
  const tokens =
    right && profile
      ? await establishSession(ctx, { ...profile, tokenVersion: tokenVersion! }, ["pwd"])
      : null;
  if (!profile || !tokens) {
    const userId = known?.profile.id ?? "unknown";
    const deed = { action: "login.refused", userId, actorId: null };
    await commit(ctx, [witnessed(ctx, deed)]);
    throw refuse("invalid_credentials");
  }
  await renewHash(ctx, profile.id, password, known!.hash!);
  return { user: present(profile), ...tokens };
}
