import { anyone } from "../http/guard";
import { PageQuery } from "../http/page";
import { router } from "../http/route";
import { leave, leaving, refreshSession } from "./browser/session";
import { strictly, user, visitor } from "./guard";
import { createGuest } from "./guests/guest";
import * as shape from "./schema";
import { endOthers, endSession, revokeSessions } from "./sessions/end";
import { listSessions } from "./sessions/list";
import { login } from "./sessions/login";
import { changeProfile, readProfile } from "./users/profile";
import { register } from "./users/register";

export const auth = router("Identity");

const registration = {
  auth: anyone,
  body: shape.Registration,
  returns: { 201: shape.SignedIn },
  throws: ["email_taken", "weak_password", "invalid_token"],
  description: "Sends a mail to verify the address. `/auth/signup` is the same.",
} as const;
auth.post("/register", "Register", registration, ({ ctx, body }) => register(ctx, body));
auth.post("/signup", "Register (another name)", registration, ({ ctx, body }) =>
  register(ctx, body),
);

auth.post(
  "/guest",
  "Begin as a guest",
  {
    auth: anyone,
    returns: { 201: shape.SignedIn },
    description:
      "Whoever registers or signs in with a guest's access token keeps what the guest gathered; refresh it first if it has expired.",
  },
  ({ ctx }) => createGuest(ctx),
);

auth.post(
  "/login",
  "Sign in",
  {
    auth: anyone,
    body: shape.Login,
    returns: { 200: shape.LoggedIn },
    throws: ["invalid_credentials"],
    description: "Tokens; or, where there is a second factor, what `/auth/login/mfa` needs.",
  },
  ({ ctx, body }) => login(ctx, body),
);

auth.post(
  "/refresh",
  "Exchange a refresh token for its successor",
  {
    auth: anyone,
    body: shape.RefreshToken,
    returns: { 200: shape.Tokens },
    throws: ["invalid_refresh_token", "cross_site"],
    description:
      "Requests with the same token within 30 seconds all get the same successor. An older token ends the session. A page of this site that sends `X-Rimlight-Browser` here and wherever it signs in has the token in a cookie that no script can read.",
  },
  ({ ctx, body }) => refreshSession(ctx, body.refreshToken),
);

auth.post(
  "/logout",
  "Sign out",
  { auth: leaving, returns: { 204: null }, throws: ["cross_site"], delegable: true },
  ({ ctx }) => leave(ctx),
);

auth.post(
  "/revoke",
  "End all sessions",
  {
    auth: strictly(user),
    body: shape.RevokeRequest,
    returns: { 204: null },
    throws: ["not_found"],
    description: "One's own; as an administrator also those of somebody with a lower role.",
  },
  ({ ctx, body }) => revokeSessions(ctx, body.userId),
);

auth.get(
  "/sessions",
  "List one's sessions",
  {
    auth: user,
    query: PageQuery,
    list: shape.Session,
    throws: ["invalid_cursor"],
    delegable: false,
  },
  ({ ctx, query }) => listSessions(ctx, query),
);

auth.delete(
  "/sessions",
  "End all of one's other sessions",
  { auth: strictly(user), returns: { 204: null } },
  ({ ctx }) => endOthers(ctx),
);

auth.delete(
  "/sessions/{id}",
  "End one of one's sessions",
  { auth: strictly(user), params: shape.SessionId, returns: { 204: null } },
  ({ ctx, params }) => endSession(ctx, params.id),
);

auth.get(
  "/me",
  "Read one's own account",
  { auth: visitor, returns: { 200: shape.Profile } },
  ({ ctx }) => readProfile(ctx),
);

const change = {
  auth: visitor,
  body: shape.ProfileChange,
  returns: { 200: shape.Profile },
  throws: ["version_mismatch"],
} as const;
auth.put("/me", "Change one's own account (as PATCH does)", change, ({ ctx, body }) =>
  changeProfile(ctx, body),
);
auth.patch("/me", "Change one's own account", change, ({ ctx, body }) => changeProfile(ctx, body));
