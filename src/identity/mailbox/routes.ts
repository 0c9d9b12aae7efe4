import { anyone } from "../../http/guard";
import { router } from "../../http/route";
import { strictly, user } from "../guard";
import { Redemption } from "../tokens/schema";
import { askAddressChange, changeAddress } from "./change";
import { AddressChange, Proved } from "./schema";
import { undoAddressChange } from "./undo";
import { resendVerification, verifyEmail } from "./verify";

export const mailboxProof = router("Identity");

mailboxProof.post(
  "/verify-email",
  "Prove one's address by a mailed link",
  {
    auth: anyone,
    body: Redemption,
    returns: { 200: Proved },
    throws: ["invalid_link", "link_expired"],
    description: "The link works once, for 24 hours. Opening it redeems nothing: its page posts.",
  },
  ({ ctx, body }) => verifyEmail(ctx, body.token),
);

mailboxProof.post(
  "/verify-email/resend",
  "Ask for the link to verify one's address again",
  { auth: user, returns: { 202: null }, throws: ["already_verified"] },
  ({ ctx }) => resendVerification(ctx),
);

mailboxProof.post(
  "/change-email",
  "Ask to move one's account to another address",
  {
    auth: strictly(user),
    body: AddressChange,
    returns: { 202: null },
    throws: ["wrong_password", "email_taken"],
    description: "Mails a link to the new address; until it is used, nothing changes.",
  },
  ({ ctx, body }) => askAddressChange(ctx, body),
);

mailboxProof.post(
  "/change-email/confirm",
  "Move one's account to the address that a mailed link proves",
  {
    auth: anyone,
    body: Redemption,
    returns: { 200: Proved },
    throws: ["invalid_link", "link_expired", "email_taken"],
    description: "The link works once, for 24 hours. The old address is mailed a way back.",
  },
  ({ ctx, body }) => changeAddress(ctx, body.token),
);

mailboxProof.post(
  "/change-email/undo",
  "Take one's account back by a link mailed to its old address",
  {
    auth: anyone,
    body: Redemption,
    returns: { 200: Proved },
    throws: ["invalid_link", "link_expired"],
    description:
      "Within 7 days. Ends every session, voids the password and whatever opens the account since, and mails a link to set a new password.",
  },
  ({ ctx, body }) => undoAddressChange(ctx, body.token),
);
