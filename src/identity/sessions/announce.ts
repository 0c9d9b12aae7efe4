import { env, waitUntil } from "cloudflare:workers";
import { and, eq, gt, ne } from "drizzle-orm";
import { attempt } from "../../data/attempt";
import type { AnyContext } from "../../data/context";
import { commit } from "../../data/outbox";
import { log } from "../../http/log";
import type { Consumer } from "../../jobs/consume";
import { minute, second } from "../../lib/time";
import { lifetime } from "../tokens/access";
import { users } from "../users/tables";
import { everyVersion, type Revocation, type Revoked } from "./revocations";
import { kvKey, learn } from "./snapshot";
import { sessions } from "./tables";

/**
 * Makes every isolate refuse these tokens within five seconds, this one at once. Call it after the
 * commit. It never fails: whatever it could not tell, the event `session.revoked` tells again.
 */
export async function announce(revocations: readonly Revocation[]): Promise<void> {
  await spread(revocations).catch((error) =>
    log("warn", "revocation_unspread", { error: String(error) }),
  );
}

async function spread(revocations: readonly Revocation[]): Promise<void> {
  const until = Date.now() + lifetime * second + minute;
  const revoked = revocations.map((one) => ({ ...one, until }));
  learn(revoked);
  waitUntil(Promise.all(revoked.map(copyToKv)));
  const add = () => env.REVOCATIONS.getByName("all").add(revoked);
  await attempt(add, { repeatable: true, within: 2_000 });
}

/** Read only while the object is out of reach. */
const copyToKv = ({ id, version, until }: Revoked) =>
  env.CACHE.put(kvKey(id), JSON.stringify({ version, until }), {
    expirationTtl: lifetime + 60,
  }).catch((error) => log("warn", "revocation_uncopied", { error: String(error) }));

/** The consumer that makes up for a request that died between its commit and `announce`. */
export const spreadRevocation: Consumer<"session.revoked"> = async (ctx, { payload }, once) => {
  const { scope, id, except } = payload;
  if (except !== undefined) await spread(await readEnded(ctx, id, except));
  else
    await spread([
      { id, version: scope === "session" ? everyVersion : await readTokenVersion(ctx, id) },
    ]);
  await commit(ctx, [once]);
};

/** Sessions of a person that ended so lately that their access tokens may still be good. */
async function readEnded(ctx: AnyContext, userId: string, except: string): Promise<Revocation[]> {
  const since = Date.now() - lifetime * second - minute;
  const rows = await ctx.db
    .select({ id: sessions.id })
    .from(sessions)
    .where(
      and(eq(sessions.userId, userId), ne(sessions.id, except), gt(sessions.revokedAt, since)),
    );
  return rows.map((row) => ({ ...row, version: everyVersion }));
}

async function readTokenVersion(ctx: AnyContext, userId: string): Promise<number> {
  const version = { version: users.tokenVersion };
  const row = await ctx.db.select(version).from(users).where(eq(users.id, userId)).get();
  return row?.version ?? everyVersion;
}
