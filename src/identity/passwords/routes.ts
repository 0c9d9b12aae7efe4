import { anyone } from "../../http/guard";
import { router } from "../../http/route";
import { strictly, user } from "../guard";
import { changePassword } from "./change";
import { forgetPassword, resetPassword } from "./reset";
import * as shape from "./schema";

export const passwordRoutes = router("Identity");

passwordRoutes.post(
  "/forgot-password",
  "Ask for a link to set a new password",
  {
    auth: anyone,
    body: shape.ForgottenPassword,
    returns: { 202: null },
    description: "The same answer in the same time, whether or not anybody has the address.",
  },
  async ({ ctx, body }) => {
    await forgetPassword(ctx, body.email);
    return null;
  },
);

passwordRoutes.post(
  "/reset-password",
  "Set a new password by a mailed link",
  {
    auth: anyone,
    body: shape.PasswordReset,
    returns: { 204: null },
    throws: ["invalid_link", "link_expired", "weak_password"],
    description: "Ends every session. The link works once, for 30 minutes.",
  },
  ({ ctx, body }) => resetPassword(ctx, body),
);

passwordRoutes.post(
  "/change-password",
  "Change one's password",
  {
    auth: strictly(user),
    body: shape.PasswordChange,
    returns: { 204: null },
    throws: ["wrong_password", "weak_password", "conflict"],
    description: "Ends every other session, and tells the person by mail.",
  },
  ({ ctx, body }) => changePassword(ctx, body),
);
