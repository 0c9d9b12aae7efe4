import { eq } from "drizzle-orm";
import type { AnyContext } from "../../data/context";
import { violates } from "../../data/database";
import { emit } from "../../data/outbox";
import { spend } from "../../http/limit";
import { newId } from "../../lib/id";
import { hashPassword } from "../passwords/passwords";
import { refuseGuessable } from "../passwords/rules";
import { passwords } from "../passwords/tables";
import { refuse } from "../problems";
import type { Registration, SignedIn } from "../schema";
import { establishSession } from "../sessions/establish";
import { newOneTimeToken } from "../tokens/oneTime";
import { audited } from "../trail";
import { present } from "./profile";
import { users } from "./tables";

/** A new account with its first session; welcome and verification mail follow from the event. */
export async function register(ctx: AnyContext, input: Registration): Promise<SignedIn> {
  const { email, password } = input;
  refuseGuessable(password, email, input.displayName);
  await spend("register", ctx.client.ip);
  const now = Date.now();
  const id = newId(now);
  const displayName = input.displayName ?? `Member ${id.slice(-4)}`;
  const account = { id, email, displayName, role: "user", locale: "en", currency: "USD" } as const;
  const hash = await hashPassword(password);
  const mailed = { whose: eq(users.id, id), purpose: "verify_email", address: email } as const;
  const token = await newOneTimeToken(ctx, mailed, now);
  const tokens = await establishSession(
    ctx,
    { ...account, tokenVersion: 1 },
    ["pwd"],
    [
      ctx.db.insert(users).values({ ...account, createdAt: now, updatedAt: now }),
      emit(ctx, "user.registered", { userId: id, tokenId: token.id }),
      audited(ctx, { action: "user.registered", target: ["user", id], actorId: id }),
      ctx.db.insert(passwords).values({ userId: id, hash, changedAt: now }),
      token.recorded,
    ],
  ).catch((error) => {
    throw violates(error, "users.email") ? refuse("email_taken") : error;
  });
  const fresh = { avatar: null, verifiedAt: null, mfaEnabled: false, version: 1 };
  return { user: present({ ...account, ...fresh, createdAt: now, updatedAt: now }), ...tokens! };
}
