import { createServer } from "node:http";
import Provider from "oidc-provider";

const clientSecret = "a secret: with / odd % characters";

/** An OpenID provider on this machine that signs in whoever `next` is, and asks nothing. */
export async function startProvider(redirectUri) {
  const server = createServer((request, response) => void handle(request, response));
  await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
  const issuer = `http://127.0.0.1:${server.address().port}`;
  const accounts = new Map();
  const state = { next: null };
  const provider = new Provider(issuer, {
    clients: [
      {
        client_id: "rimlight",
        client_secret: clientSecret,
        redirect_uris: [redirectUri],
        grant_types: ["authorization_code"],
        response_types: ["code"],
      },
    ],
    pkce: { required: () => true },
    claims: { openid: ["sub"], email: ["email", "email_verified"], profile: ["name"] },
    features: { devInteractions: { enabled: false } },
    interactions: { url: (_, { uid }) => `/interaction/${uid}` },
    findAccount: (_, id) => ({
      accountId: id,
      claims: async () => accounts.get(id),
    }),
    cookies: { keys: ["for a test"] },
  });
  const answer = provider.callback();

  async function handle(request, response) {
    if (!request.url?.startsWith("/interaction/")) return void answer(request, response);
    const { prompt, params, session } = await provider.interactionDetails(request, response);
    if (!state.next) {
      const result = { error: "access_denied", error_description: "no" };
      return provider.interactionFinished(request, response, result);
    }
    if (prompt.name === "login") {
      accounts.set(state.next.sub, state.next);
      const result = { login: { accountId: state.next.sub } };
      return provider.interactionFinished(request, response, result);
    }
    const grant = new provider.Grant({
      accountId: session.accountId,
      clientId: params.client_id,
    });
    grant.addOIDCScope(params.scope);
    const result = { consent: { grantId: await grant.save() } };
    return provider.interactionFinished(request, response, result);
  }

  return {
    issuer,
    clientSecret,
    state,
    stop: () => new Promise((resolve) => server.close(resolve)),
  };
}
