import { and, eq, sql } from "drizzle-orm";
import type { Context } from "../../data/context";
import { isUnmet } from "../../data/demand";
import { cached, invalidate } from "../../http/cache";
import { refuse } from "../../http/problem";
import { isCurrency } from "../../lib/currencies";
import { iso } from "../../lib/time";
import type { Role } from "../roles";
import type { Profile, ProfileChange } from "../schema";
import { demandChange } from "../tokens/redeem";
import { profileView, users } from "./tables";
import { indexingName } from "./words";

type Row = Omit<Profile, "avatarUrl" | "currency" | "isVerified" | "createdAt" | "updatedAt"> & {
  role: Role;
  avatar: string | null;
  currency: string;
  verifiedAt: number | null;
  createdAt: number;
  updatedAt: number;
};

export const present = ({ avatar, verifiedAt, currency, ...row }: Row): Profile => ({
  ...row,
  avatarUrl: avatar,
  currency: isCurrency(currency) ? currency : "USD",
  isVerified: verifiedAt !== null,
  createdAt: iso(row.createdAt),
  updatedAt: iso(row.updatedAt),
});

/** What `invalidate` names when somebody's account changes. */
export const profileTag = (userId: string) => `user:${userId}`;

/** Asked on every start of every client, so it stays in the isolate's memory for seconds. */
export const readProfile = (ctx: Context) =>
  cached(ctx, { key: "me", tags: [profileTag(ctx.actor.id)], seconds: 5 }, async () => {
    const mine = eq(users.id, ctx.actor.id);
    const row = await ctx.db.select(profileView).from(users).where(mine).get();
    if (!row) throw refuse("not_found");
    return present(row);
  });

export async function changeProfile(ctx: Context, change: ProfileChange): Promise<Profile> {
  const { displayName, avatar, locale, currency } = change;
  const { id } = ctx.actor;
  const expected = ctx.expectedVersion;
  const [[row]] = await ctx.db
    .batch([
      ctx.db
        .update(users)
        .set({
          ...(displayName !== undefined && { displayName }),
          ...(avatar !== undefined && { avatar }),
          ...(locale !== undefined && { locale }),
          ...(currency !== undefined && { currency }),
          updatedAt: Date.now(),
          version: sql`${users.version} + 1`,
        })
        .where(
          and(eq(users.id, id), expected === undefined ? undefined : eq(users.version, expected)),
        )
        .returning(profileView),
      demandChange(ctx),
      ...(displayName === undefined ? [] : indexingName(ctx, id, displayName)),
    ])
    .catch((error) => {
      if (!isUnmet(error)) throw error;
      throw refuse(expected === undefined ? "not_found" : "version_mismatch");
    });
  invalidate(ctx, profileTag(id));
  return present(row!);
}
