import { anyone } from "../../../http/guard";
import { PageQuery } from "../../../http/page";
import { router } from "../../../http/route";
import { strictly, user } from "../../guard";
import { SignedIn } from "../../schema";
import { listPasskeys, namePasskey, readPasskey, removePasskey } from "./list";
import { beginPasskeyLogin, loginWithPasskey } from "./login";
import { addPasskey, beginPasskey } from "./register";
import * as shape from "./schema";

export const passkeyRoutes = router("Identity");

passkeyRoutes.post(
  "/register/options",
  "Begin to register a passkey",
  { auth: strictly(user), returns: { 200: shape.Options }, throws: ["not_configured"] },
  ({ ctx }) => beginPasskey(ctx),
);

passkeyRoutes.post(
  "/register/verify",
  "Register the passkey that the authenticator made",
  {
    auth: strictly(user),
    body: shape.NewPasskey,
    returns: { 201: shape.Passkey },
    throws: ["passkey_refused", "passkey_known", "too_many_passkeys", "not_configured"],
  },
  ({ ctx, body }) => addPasskey(ctx, body),
);

passkeyRoutes.post(
  "/login/options",
  "Begin to sign in with a passkey",
  {
    auth: anyone,
    body: shape.PasskeyLoginBegin,
    returns: { 200: shape.Options },
    throws: ["invalid_mfa_token", "not_configured"],
    description: "Alone, or with `mfaToken` as the second step after a password.",
  },
  ({ ctx, body }) => beginPasskeyLogin(ctx, body.mfaToken),
);

passkeyRoutes.post(
  "/login/verify",
  "Sign in with a passkey",
  {
    auth: anyone,
    body: shape.PasskeyLogin,
    returns: { 200: SignedIn },
    throws: ["invalid_passkey", "invalid_mfa_token", "not_configured"],
  },
  ({ ctx, body }) => loginWithPasskey(ctx, body),
);

passkeyRoutes.get(
  "/",
  "List one's passkeys",
  {
    auth: user,
    query: PageQuery,
    list: shape.Passkey,
    throws: ["invalid_cursor"],
    delegable: false,
  },
  ({ ctx, query }) => listPasskeys(ctx, query),
);

passkeyRoutes.get(
  "/{id}",
  "Read one of one's passkeys",
  { auth: user, params: shape.PasskeyId, returns: { 200: shape.Passkey }, delegable: false },
  ({ ctx, params }) => readPasskey(ctx, params.id),
);

passkeyRoutes.patch(
  "/{id}",
  "Name one of one's passkeys",
  {
    auth: strictly(user),
    params: shape.PasskeyId,
    body: shape.PasskeyName,
    returns: { 200: shape.Passkey },
  },
  ({ ctx, params, body }) => namePasskey(ctx, params.id, body.name),
);

passkeyRoutes.delete(
  "/{id}",
  "Remove one of one's passkeys",
  { auth: strictly(user), params: shape.PasskeyId, returns: { 204: null } },
  ({ ctx, params }) => removePasskey(ctx, params.id),
);
