import { eq } from "drizzle-orm";
import type { Context } from "../../data/context";
import { giveBack, spend } from "../../http/limit";
import { users } from "../users/tables";
import { isPassword } from "./passwords";
import { refuse } from "./problems";
import { passwords } from "./tables";

/**
 * Asks a signed-in person for their password once more: a stolen access token is not enough for
 * what follows. Returns the account as it was read.
 */
export async function provePassword(ctx: Context, password: string) {
  await spend("reauth", ctx.actor.id);
  const known = await ctx.db
    .select({
      email: users.email,
      displayName: users.displayName,
      hash: passwords.hash,
      changedAt: passwords.changedAt,
    })
    .from(users)
    .leftJoin(passwords, eq(passwords.userId, users.id))
    .where(eq(users.id, ctx.actor.id))
    .get();
  const right = await isPassword(password, known?.hash ?? null);
  if (!right || !known?.email || known.changedAt === null) throw refuse("wrong_password");
  await giveBack("reauth", ctx.actor.id);
  return { email: known.email, displayName: known.displayName, changedAt: known.changedAt };
}
