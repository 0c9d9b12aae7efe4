import { eq } from "drizzle-orm";
import type { Context } from "../../data/context";
import { isCurrency } from "../../lib/currencies";
import { iso } from "../../lib/time";
import type { Role } from "../roles";
import type { Profile } from "../schema";
import { profileView, users } from "./tables";

type Row = {
  id: string;
  email: string | null;
  displayName: string;
  avatar: string | null;
  role: Role;
  locale: string;
  currency: string;
  verifiedAt: number | null;
  mfaEnabled: boolean;
  createdAt: number;
  updatedAt: number;
  version: number;
};

export const present = ({ avatar, verifiedAt, currency, ...row }: Row): Profile => ({
  ...row,
  avatarUrl: avatar,
  currency: isCurrency(currency) ? currency : "USD",
  isVerified: verifiedAt !== null,
  createdAt: iso(row.createdAt),
  updatedAt: iso(row.updatedAt),
});

export async function readProfile(ctx: Context): Promise<Profile> {
  const row = await ctx.db.select(profileView).from(users).where(eq(users.id, ctx.actor.id)).get();
  return present(row!);
}
