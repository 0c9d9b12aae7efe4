import { env } from "cloudflare:workers";
import { and, eq, gt, isNull } from "drizzle-orm";
import type { AnyContext } from "../../data/context";
import { macKey } from "../../data/secrets";
import { hmac, sha256 } from "../../lib/crypto";
import { newId } from "../../lib/id";
import { day } from "../../lib/time";
import { oneTimeTokens } from "./tables";

type Purpose = (typeof oneTimeTokens.$inferSelect)["purpose"];
type Bound = { id: string; purpose: Purpose; address: string };

const lifetimes = { verify_email: day } as const satisfies Partial<Record<Purpose, number>>;
const pages = { verify_email: "/verify-email" } as const;

/** A token for one purpose and one address, and the statement that records its hash. */
export async function newOneTimeToken(
  ctx: AnyContext,
  {
    userId,
    purpose,
    address,
  }: { userId: string; purpose: keyof typeof lifetimes; address: string },
  now = Date.now(),
) {
  const id = newId(now);
  const { version, secret } = (await derive({ id, purpose, address }))!;
  const recorded = ctx.db.insert(oneTimeTokens).values({
    id,
    userId,
    purpose,
    address,
    hash: await sha256(secret),
    secretVersion: version,
    createdAt: now,
    expiresAt: now + lifetimes[purpose],
  });
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
  if (!row || !derived || !(row.purpose in pages)) return null;
  const page = pages[row.purpose as keyof typeof pages];
  return {
    address: row.address,
    link: `${env.PUBLIC_URL}${page}#token=${row.id}.${derived.secret}`,
  };
}

async function derive({ id, purpose, address }: Bound, wanted?: string) {
  const found = await macKey("one-time-token", wanted);
  if (!found) return null;
  return { version: found.version, secret: await hmac(found.key, `${purpose}|${id}|${address}`) };
}
