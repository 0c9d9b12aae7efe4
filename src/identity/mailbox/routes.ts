import { z } from "zod";
import { anyone } from "../../http/guard";
import { router } from "../../http/route";
import { user } from "../guard";
import { Redemption } from "../tokens/schema";
import { resendVerification, verifyEmail } from "./verify";

export const mailboxProof = router("Identity");

mailboxProof.post(
  "/verify-email",
  "Prove one's address by a mailed link",
  {
    auth: anyone,
    body: Redemption,
    returns: { 200: z.object({ email: z.string() }) },
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
