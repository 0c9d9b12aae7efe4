import { z } from "zod";
import type { AnyContext } from "../../data/context";
import { type C, dataText, respond } from "../../http/answer";
import { anyone } from "../../http/guard";
import { Problem } from "../../http/problem";
import { router } from "../../http/route";
import { giveCookie } from "../browser/cookie";
import { strictly, user } from "../guard";
import { endAttempt } from "./attempt";
import { listIdentities, unlinkIdentity } from "./link";
import { listProviders } from "./providers";
import * as shape from "./schema";
import { finishAttempt, type Outcome } from "./signIn";
import { startSignIn } from "./start";

export const oauth = router("Identity");
export const linkedIdentities = router("Identity");

oauth.get(
  "/",
  "List the providers one can sign in by",
  { auth: anyone, returns: { 200: z.array(shape.Provider) } },
  () => listProviders(),
);

oauth.get(
  "/{provider}",
  "Sign in by a provider",
  {
    auth: anyone,
    params: shape.ProviderName,
    query: shape.OAuthStart,
    raw: "text/html",
    throws: ["not_configured"],
    description: "For browsers to be sent to: it sends them on to the provider.",
  },
  async ({ c, ctx, params, query }) => {
    ctx.actor = null;
    return sendTo(c, await startSignIn(ctx, params.provider, query.redirect));
  },
);

oauth.post(
  "/{provider}",
  "Begin to sign in by a provider, or to link it",
  {
    auth: anyone,
    params: shape.ProviderName,
    body: shape.OAuthRequest,
    returns: { 200: shape.OAuthStarted },
    throws: ["not_configured", "invalid_token"],
    description:
      "Whoever is signed in links the provider to their account; a guest keeps what they gathered. The cookie that comes with the answer must be sent to the callback.",
  },
  async ({ ctx, params, body }) => {
    return { authorizationUrl: await startSignIn(ctx, params.provider, body.redirect) };
  },
);

oauth.get(
  "/{provider}/callback",
  "Come back from a provider",
  {
    auth: anyone,
    params: shape.ProviderName,
    query: shape.OAuthAnswer,
    raw: "application/json",
    throws: [
      "not_configured",
      "sign_in_denied",
      "account_exists",
      "identity_taken",
      "sign_in_expired",
      "sign_in_failed",
      "address_unproved",
    ],
    description:
      "Browsers go on to where they began, with a refresh token in the strict cookie; what failed, or the token for a second factor, is behind the `#`. Whoever asks for JSON gets what signing in answers.",
  },
  async ({ c, ctx, params: { provider }, query }) => {
    ctx.actor = null;
    const attempt = await endAttempt(ctx, provider, query.state);
    const isPage = /text\/html/i.test(c.req.header("accept") ?? "");
    const outcome = finishAttempt(ctx, provider, query, attempt);
    if (!isPage) return respond(c, 200, dataText((await outcome).signedIn));
    return outcome.then(
      (done) => sendTo(c, pageAfter(ctx, done)),
      (error) => {
        if (!(error instanceof Problem)) throw error;
        return sendTo(c, `${attempt.redirect.split("#")[0]}#error=${error.code}`);
      },
    );
  },
);

/** No token but that of an unfinished sign-in is ever in an address, and that one reaches no server. */
function pageAfter(ctx: AnyContext, { redirect, signedIn }: Outcome): string {
  if (!signedIn) return redirect;
  if ("mfaRequired" in signedIn) return `${redirect.split("#")[0]}#mfaToken=${signedIn.mfaToken}`;
  if (signedIn.refreshToken) giveCookie(ctx, signedIn.refreshToken);
  return redirect;
}

const sendTo = (c: C, location: string) => respond(c, 302, null, { location });

linkedIdentities.get(
  "/",
  "List the providers that are linked to one's account",
  { auth: user, returns: { 200: z.array(shape.Identity) }, delegable: false },
  ({ ctx }) => listIdentities(ctx),
);

linkedIdentities.delete(
  "/{id}",
  "Unlink a provider from one's account",
  {
    auth: strictly(user),
    params: shape.IdentityId,
    returns: { 204: null },
    throws: ["last_sign_in"],
  },
  ({ ctx, params }) => unlinkIdentity(ctx, params.id),
);
