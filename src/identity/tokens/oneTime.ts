import { env } from "cloudflare:workers";
import { and, eq, gt, isNull, type SQL, sql } from "drizzle-orm";
import type { AnyContext } from "../../data/context";
import { macKey } from "../../data/secrets";
import { hmac, sha256 } from "../../lib/crypto";
import { newId } from "../../lib/id";
import { day, minute } from "../../lib/time";
import { users } from "../users/tables";
import { oneTimeTokens } from "./tables";

export type Purpose = (typeof oneTimeTokens.$inferSelect)["purpose"];
type Bound = { id: string; purpose: Purpose; address: string };

/** How long each is good, and the page its link opens. */
const kinds = {
  verify_email: { lifetime: day, page: "/verify-email" },
  reset_password: { lifetime: 30 * minute, page: "/reset-password" },
  change_email: { lifetime: day, page: "/change-email" },
  undo_email: { lifetime: 7 * day, page: "/undo-email" },
} as const satisfies Record<Purpose, { lifetime: number; page: string }>;

/**
 * A token for one purpose and one address, and the statement that records its hash for whoever
 * `whose` finds among the users, be it nobody: the work is the same.
 */
export async function newOneTimeToken(
  ctx: AnyContext,
  { whose, purpose, address }: { whose: SQL; purpose: Purpose; address: string },
  now = Date.now(),
) {
  const id = newId(now);
  const { version, secret } = (await derive({ id, purpose, address }))!;
  const expiresAt = now + kinds[purpose].lifetime;
  const row = sql`SELECT ${id}, ${users.id}, ${purpose}, ${address}, ${await sha256(secret)},
    ${version}, ${now}, ${expiresAt}, NULL FROM ${users} WHERE ${whose}`;
  const recorded = ctx.db.insert(oneTimeTokens).select(row).returning({ id: oneTimeTokens.id });
  return { id, recorded };
}

/**
 * The link to mail, made when it is mailed: the token itself is stored nowhere. Null once it was
 * used or has expired, or if its secret is gone. A GET on the link redeems nothing, and the part after # never reaches a log.
 */
export async function linkOf(ctx: AnyContext, tokenId: string, now = Date.now()) {
  const row = await ctx.db
    .select()
    .from(oneTimeTokens)
    .where(
      and(
        eq(oneTimeTokens.id, tokenId),
        isNull(oneTimeTokens.usedAt),
        gt(oneTimeTokens.expiresAt, now),
      ),
    )
    .get();
  const derived = row && (await derive(row, row.secretVersion));
  if (!row || !derived) return null;
  const { userId, purpose, address } = row;
  const link = `${env.PUBLIC_URL}${kinds[purpose].page}#token=${row.id}.${derived.secret}`;
  return { userId, purpose, address, link };
}

async function derive({ id, purpose, address }: Bound, wanted?: string) {
  const found = await macKey("one-time-token", wanted);
  if (!found) return null;
  return { version: found.version, secret: await hmac(found.key, `${purpose}|${id}|${address}`) };
}
