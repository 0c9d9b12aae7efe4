import { eq } from "drizzle-orm";
import type { AnyContext } from "../../data/context";
import { violates } from "../../data/database";
import { emit } from "../../data/outbox";
import { invalidate } from "../../http/cache";
import { spend } from "../../http/limit";
import { refuse as refuseAny } from "../../http/problem";
import { newId } from "../../lib/id";
import { readGuest, upgradingGuest } from "../guests/guest";
import { demandFree, isHeld } from "../mailbox/held";
import { hashPassword } from "../passwords/passwords";
import { refuseGuessable } from "../passwords/rules";
import { passwords } from "../passwords/tables";
import { refuse } from "../problems";
import type { Registration, SignedIn } from "../schema";
import { announce } from "../sessions/announce";
import { establishSession } from "../sessions/establish";
import { newOneTimeToken } from "../tokens/oneTime";
import { audited } from "../trail";
import { present, profileTag } from "./profile";
import { users } from "./tables";
import { indexingName } from "./words";

/**
 * A new account with its first session; welcome and verification mail follow from the event. A
 * guest who registers keeps their account, and with it whatever they gathered.
 */
export async function register(ctx: AnyContext, input: Registration): Promise<SignedIn> {
  const { email, password } = input;
  await refuseGuessable(password, email, input.displayName);
  await spend("register", ctx.client.ip);
  const guest = await readGuest(ctx);
  const now = Date.now();
  const id = guest?.id ?? newId(now);
  const tokenVersion = guest ? guest.tokenVersion + 1 : 1;
  const displayName = input.displayName ?? `Member ${id.slice(-4)}`;
  const { locale, currency } = guest ?? { locale: "en", currency: "USD" };
  const account = { id, email, displayName, role: "user", locale, currency } as const;
  const hash = await hashPassword(password);
  const mailed = { whose: eq(users.id, id), purpose: "verify_email", address: email } as const;
  const token = await newOneTimeToken(ctx, mailed, now);
  const tokens = await establishSession(
    ctx,
    { ...account, tokenVersion, mfaEnabled: false },
    ["pwd"],
    [
      ...(guest
        ? upgradingGuest(ctx, guest, { email, displayName }, now)
        : [ctx.db.insert(users).values({ ...account, createdAt: now, updatedAt: now })]),
      emit(ctx, "user.registered", { userId: id, tokenId: token.id }),
      audited(ctx, { action: "user.registered", target: ["user", id], actorId: id }),
      ctx.db.insert(passwords).values({ userId: id, hash, changedAt: now }),
      token.recorded,
      demandFree(ctx, email, id),
      ...indexingName(ctx, id, displayName),
    ],
  ).catch((error) => {
    throw violates(error, "users.email") ? refuse("email_taken") : error;
  });
  if (!tokens)
    throw (await isHeld(ctx, email, id)) ? refuse("email_taken") : refuseAny("invalid_token");
  if (guest) {
    await announce([{ id, version: tokenVersion }]);
    invalidate(ctx, profileTag(id));
  }
  const { avatar, createdAt, version } = guest ?? { avatar: null, createdAt: now, version: 0 };
  const fresh = { avatar, createdAt, verifiedAt: null, mfaEnabled: false, version: version + 1 };
  return { user: present({ ...account, ...fresh, updatedAt: now }), ...tokens };
}
