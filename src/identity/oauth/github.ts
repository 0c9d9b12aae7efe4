import type { Exchange } from "./exchange";
import { told } from "./person";
import { refuse } from "./problems";
import { ask } from "./remote";

/** GitHub is no OpenID provider: who somebody is, its own API tells. */
export const github: Exchange = {
  endpoint: async () => ({
    address: "https://github.com/login/oauth/authorize",
    scope: "read:user user:email",
  }),

  async identify({ issuer, clientId, clientSecret = "" }, { code, verifier, redirectUri }) {
    const { body: answer } = await ask("https://github.com/login/oauth/access_token", {
      method: "POST",
      body: new URLSearchParams({
        client_id: clientId,
        client_secret: clientSecret,
        code,
        redirect_uri: redirectUri,
        code_verifier: verifier,
      }),
    });
    const { access_token: access } = answer as { access_token?: unknown };
    if (typeof access !== "string") throw refuse("sign_in_failed");
    const headers = { authorization: `Bearer ${access}`, "x-github-api-version": "2022-11-28" };
    const [user, emails] = await Promise.all([
      ask("https://api.github.com/user", { headers }),
      ask("https://api.github.com/user/emails", { headers }),
    ]);
    const { id, name, login } = user.body as Record<string, unknown>;
    if (!user.ok || typeof id !== "number") throw refuse("sign_in_failed");
    const listed = Array.isArray(emails.body) ? emails.body : [];
    const primary = listed.find((one) => one?.primary === true && one?.verified === true);
    return told(issuer, String(id), {
      email: primary?.email,
      email_verified: primary !== undefined,
      name: name ?? login,
    });
  },
};
