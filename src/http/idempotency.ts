import { exports } from "cloudflare:workers";
import { and, eq } from "drizzle-orm";
import { decrypt, encrypt } from "../data/secrets";
import { idempotencyKeys } from "../data/tables";
import { sha256, utf8 } from "../lib/crypto";
import { type C, respond } from "./answer";
import { log } from "./log";
import { refuse } from "./problem";

const replayed = { "idempotency-replayed": "true" };
/** Milliseconds after which a request is not running any more, whatever became of it. */
const longest = 60_000;
/** The characters of a key that nobody but its maker can know. */
const unguessable = 16;

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
  const { ctx } = c.env;
  if (!ctx.actor && key.length < unguessable)
    throw refuse("invalid_idempotency_key", {
      detail: `Without credentials a key has at least ${unguessable} characters: whoever guessed it, behind the same address, would get your answer.`,
    });
  const principal = ctx.actor?.id ?? `ip:${ctx.client.ip}`;
  const requestHash = await hashOf(c);
  const [known] = await ctx.db
    .select()
    .from(idempotencyKeys)
    .where(and(eq(idempotencyKeys.principal, principal), eq(idempotencyKeys.key, key)));
  ctx.claim = { principal, key, requestHash, made: false };
  if (!known) return null;
  if (known.requestHash !== requestHash) throw refuse("idempotency_key_reused");
  if (known.status !== null && known.body !== null)
    return replay(c, known.status, await decrypt("idempotency", sealedFor(known), known.body));
  if (known.resource) return readAgain(c, known.resource);
  throw refuse(
    Date.now() - known.createdAt < longest ? "idempotency_in_progress" : "idempotency_answer_lost",
  );
}

/** Of method, path and body; a body that nobody has read yet stays to be read. */
async function hashOf(c: C): Promise<string> {
  const body = c.req.raw.bodyUsed
    ? utf8(await c.req.text())
    : new Uint8Array(await c.req.raw.clone().arrayBuffer());
  return sha256(`${c.req.method} ${c.req.path} ${await sha256(body)}`);
}

const replay = (c: C, status: number, body: string, type = typeOf(status)) =>
  respond(c, status as 200, status === 204 ? null : body, { ...replayed, "content-type": type });

const typeOf = (status: number) => (status < 400 ? "application/json" : "application/problem+json");

/** The change was made but its answer was lost with the isolate: what was created is the answer. */
async function readAgain(c: C, resource: string): Promise<Response> {
  const { authorization = "", "cf-connecting-ip": ip = "" } = c.req.header();
  const headers = { authorization, "cf-connecting-ip": ip, "x-request-id": c.env.ctx.requestId };
  const url = new URL(`/api/v1${resource}`, c.req.url);
  const answer = await exports.default.fetch(new Request(url, { headers }));
  return replay(c, answer.ok ? 201 : answer.status, await answer.text());
}

/**
 * Stores the answer under its key, so that it can be had again for 24 hours if it is lost: every
 * success, and a refusal if the transaction was made all the same. It is encrypted, for it may
 * hold what is shown only once.
 */
export async function keepAnswer(c: C, response: Response): Promise<Response> {
  const { claim, database, requestId } = c.env.ctx;
  if (!claim || !(response.ok || (claim.made && response.status < 500))) return response;
  const { made, ...key } = claim;
  const text = await response.clone().text();
  const row = {
    status: response.status,
    body: await encrypt("idempotency", sealedFor(claim), text),
  };
  const stored = database.repeatable
    .insert(idempotencyKeys)
    .values({ ...key, ...row, createdAt: Date.now() })
    .onConflictDoUpdate({
      target: [idempotencyKeys.principal, idempotencyKeys.key],
      set: row,
      setWhere: eq(idempotencyKeys.requestHash, claim.requestHash),
    })
    .then(
      () => {},
      (error) => log("warn", "answer_unkept", { requestId, error: String(error) }),
    );
  if (made) c.executionCtx.waitUntil(stored);
  else await stored;
  return response;
}

const sealedFor = ({ principal, key }: { principal: string; key: string }) =>
  `${principal}\n${key}`;
