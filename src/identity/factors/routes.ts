import { anyone } from "../../http/guard";
import { router } from "../../http/route";
import { strictly, user } from "../guard";
import { SignedIn } from "../schema";
import { finishLogin } from "./login";
import { beginTotp, confirmTotp, removeTotp, renewRecoveryCodes } from "./manage";
import * as shape from "./schema";

export const factors = router("Identity");

factors.post(
  "/login/mfa",
  "Finish a sign-in with the second factor",
  {
    auth: anyone,
    body: shape.SecondStep,
    returns: { 200: SignedIn },
    throws: ["invalid_mfa_token", "invalid_code"],
    description: "Within five minutes and five tries of the first step.",
  },
  ({ ctx, body }) => finishLogin(ctx, body),
);

factors.post(
  "/mfa/totp",
  "Begin to set up an authenticator app",
  {
    auth: strictly(user),
    returns: { 201: shape.TotpSetup },
    throws: ["mfa_enabled"],
    description: "It changes nothing until a code confirms it.",
  },
  ({ ctx }) => beginTotp(ctx),
);

factors.post(
  "/mfa/totp/confirm",
  "Confirm an authenticator app with its first code",
  {
    auth: strictly(user),
    body: shape.TotpConfirmation,
    returns: { 200: shape.RecoveryCodes },
    throws: ["mfa_not_begun", "wrong_code"],
    description: "From then on every way to sign in asks for the second factor.",
  },
  ({ ctx, body }) => confirmTotp(ctx, body.code),
);

factors.delete(
  "/mfa/totp",
  "Remove one's authenticator app",
  {
    auth: strictly(user),
    body: shape.SecondFactor,
    returns: { 204: null },
    throws: ["wrong_code"],
    description: "By one of its codes, or a recovery code.",
  },
  ({ ctx, body }) => removeTotp(ctx, body),
);

factors.post(
  "/mfa/recovery-codes",
  "Get new recovery codes in the place of the old ones",
  {
    auth: strictly(user),
    body: shape.SecondFactor,
    returns: { 201: shape.RecoveryCodes },
    throws: ["wrong_code"],
  },
  ({ ctx, body }) => renewRecoveryCodes(ctx, body),
);
