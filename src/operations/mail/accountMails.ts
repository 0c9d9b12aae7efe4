import { env } from "cloudflare:workers";
import { eq } from "drizzle-orm";
import type { AnyContext } from "../../data/context";
import { sessions } from "../../identity/sessions/tables";
import { linkOf } from "../../identity/tokens/oneTime";
import { users } from "../../identity/users/tables";
import type { Consumer } from "../../jobs/consume";
import { deliver } from "./deliver";
import { isGreetable, sessionReuseMail, verificationMail, welcomeMail } from "./templates/account";

/** Consumers of `user.registered`. An account that is gone meanwhile gets no mail. */
export const welcome: Consumer<"user.registered"> = async (ctx, message) => {
  const { userId } = message.payload;
  const person = await addressee(ctx, userId);
  if (!person) return;
  const { name, email } = person;
  const content = welcomeMail({ name, home: env.PUBLIC_URL });
  await deliver(ctx, message, { kind: "welcome", userId, to: { email, name }, ...content });
};

/** The link goes to the address it was made for, whatever the account's address is by now. */
export const verification: Consumer<"user.registered"> = async (ctx, message) => {
  const { userId, tokenId } = message.payload;
  if (tokenId === null) return;
  const [person, token] = await Promise.all([addressee(ctx, userId), linkOf(ctx, tokenId)]);
  if (!person || !token) return;
  const { name } = person;
  const content = verificationMail({ name, link: token.link });
  const to = { email: token.address, name };
  await deliver(ctx, message, { kind: "verification", userId, to, ...content });
};

/** Consumer of `session.revoked`: whoever's refresh token was used twice should know. */
export const sessionReuse: Consumer<"session.revoked"> = async (ctx, message) => {
  const { scope, id, reason } = message.payload;
  if (reason !== "reused" || scope !== "session") return;
  const session = await ctx.db
    .select({ userId: sessions.userId })
    .from(sessions)
    .where(eq(sessions.id, id))
    .get();
  const person = session && (await addressee(ctx, session.userId));
  if (!person) return;
  const { name, email } = person;
  const content = sessionReuseMail({ name, home: env.PUBLIC_URL });
  const kind = "session_reuse";
  await deliver(ctx, message, { kind, userId: session.userId, to: { email, name }, ...content });
};

/** Null for whoever is gone, or has no address. */
export async function addressee(ctx: AnyContext, userId: string) {
  const row = await ctx.db
    .select({ email: users.email, name: users.displayName })
    .from(users)
    .where(eq(users.id, userId))
    .get();
  if (!row?.email) return null;
  return { email: row.email, name: isGreetable(row.name) ? row.name : "" };
}
