import { z } from "zod";
import type { AnyContext } from "../../data/context";
import { decrypt, encrypt } from "../../data/secrets";
import { base64url, randomBytes } from "../../lib/crypto";
import { minute } from "../../lib/time";
import { readCookie } from "../browser/cookie";
import { refuse } from "./problems";

const Attempt = z.object({
  verifier: z.string(),
  nonce: z.string(),
  redirect: z.string(),
  /** Who is signed in and links the provider, or the guest who signs in. */
  actor: z.object({ id: z.string(), sessionId: z.string(), isGuest: z.boolean() }).nullable(),
  expiresAt: z.number(),
});
export type Attempt = z.output<typeof Attempt>;

const lifetime = 10 * minute;
const attributes = "Path=/api/v1/auth/oauth; HttpOnly; Secure; SameSite=Lax";
const nameOf = (state: string) => `__Secure-rimlight-oauth-${state.slice(0, 8)}`;
const contextOf = (provider: string, state: string) => `${provider}|${state}`;

export const random = () => base64url(randomBytes(32));

/** Begins a sign-in that only this browser can end, for it alone holds the encrypted cookie. */
export async function beginAttempt(
  ctx: AnyContext,
  provider: string,
  about: Pick<Attempt, "redirect" | "actor">,
) {
  const state = random();
  const attempt = {
    ...about,
    verifier: random(),
    nonce: random(),
    expiresAt: Date.now() + lifetime,
  };
  const sealed = await encrypt("oauth", contextOf(provider, state), JSON.stringify(attempt));
  ctx.cookies.push(`${nameOf(state)}=${sealed}; ${attributes}; Max-Age=${lifetime / 1_000}`);
  return { ...attempt, state };
}

/** The sign-in that this answer of a provider ends; its cookie goes. */
export async function endAttempt(
  ctx: AnyContext,
  provider: string,
  state: string | undefined,
): Promise<Attempt> {
  const sealed = state && ctx.request && readCookie(ctx.request.headers, nameOf(state));
  if (!state || !sealed) throw refuse("sign_in_expired");
  ctx.cookies.push(`${nameOf(state)}=; ${attributes}; Max-Age=0`);
  const text = await decrypt("oauth", contextOf(provider, state), sealed).catch(() => "{}");
  const attempt = Attempt.safeParse(JSON.parse(text)).data;
  if (!attempt || attempt.expiresAt < Date.now()) throw refuse("sign_in_expired");
  return attempt;
}
