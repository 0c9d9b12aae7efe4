import { exports } from "cloudflare:workers";
import { and, eq } from "drizzle-orm";
import { idempotencyKeys } from "../data/tables";
import { sha256 } from "../lib/crypto";
import { type C, respond } from "./answer";
import { refuse } from "./problem";

const replayed = { "idempotency-replayed": "true" };

/**
 * The first answer again, if this `Idempotency-Key` has one. Otherwise the key is laid into the
 * context, and the verb's own transaction claims it (see `commit`).
 */
export async function claimKey(c: C, required: boolean): Promise<Response | null> {
  const key = c.req.header("idempotency-key");
  if (key === undefined) {
    if (required) throw refuse("idempotency_key_required");
    return null;
  }
  if (!/^[\x20-\x7e]{1,255}$/.test(key)) throw refuse("invalid_idempotency_key");
  const { ctx } = c.var;
  const principal = ctx.actor?.id ?? `ip:${ctx.client.ip}`;
  const requestHash = await sha256(`${c.req.method} ${c.req.path}\n${await c.req.text()}`);
  const [known] = await ctx.db
    .select()
    .from(idempotencyKeys)
    .where(and(eq(idempotencyKeys.principal, principal), eq(idempotencyKeys.key, key)));
  ctx.claim = { principal, key, requestHash, made: false };
  if (!known) return null;
  if (known.requestHash !== requestHash) throw refuse("idempotency_key_reused");
  if (known.status !== null) return respond(c, known.status as 201, known.body, replayed);
  if (known.resource) return readAgain(c, known.resource);
  throw refuse("idempotency_in_progress");
}

/** The change was made but its answer was lost with the isolate: what was created is the answer. */
async function readAgain(c: C, resource: string): Promise<Response> {
  const { authorization = "" } = c.req.header();
  const url = new URL(`/api/v1${resource}`, c.req.url);
  const answer = await exports.default.fetch(new Request(url, { headers: { authorization } }));
  return respond(c, answer.ok ? 201 : (answer.status as 404), await answer.text(), replayed);
}

/** Stores a success under its key, so that a lost answer can be had again for 24 hours. */
export async function keepAnswer(c: C, response: Response): Promise<Response> {
  const { claim, database } = c.var.ctx;
  if (!claim || !response.ok) return response;
  const body = await response.clone().text();
  const row = { status: response.status, body };
  const { made, ...key } = claim;
  const stored = database.repeatable
    .insert(idempotencyKeys)
    .values({ ...key, ...row, createdAt: Date.now() })
    .onConflictDoUpdate({
      target: [idempotencyKeys.principal, idempotencyKeys.key],
      set: row,
      setWhere: eq(idempotencyKeys.requestHash, claim.requestHash),
    });
  if (made) c.executionCtx.waitUntil(stored.then(() => {}));
  else await stored;
  return response;
}
