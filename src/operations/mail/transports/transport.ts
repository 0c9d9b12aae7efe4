import { env } from "cloudflare:workers";
import { Misconfigured } from "../../../data/secrets";
import { type Address, type Letter, senderOf } from "../letter";
import { cloudflare } from "./cloudflare";
import { intoMailbox } from "./mailbox";
import { sendgrid } from "./sendgrid";

declare global {
  namespace Cloudflare {
    interface Env {
      SENDGRID_API_KEY?: string;
      MAIL?: SendEmail;
    }
  }
}

/** A way out for mail. It throws `Permanent` for a refusal and `Unavailable` where a retry may help. */
export type Transport = {
  name: "sendgrid" | "cloudflare" | "mailbox";
  /** @returns the provider's own id of the mail, if it has one */
  send(letter: Letter): Promise<string | null>;
};

/** The configured way out and who sends, or null if this installation cannot send mail. */
export function mailSetup(): { transport: Transport; from: Address } | null {
  const transport = chosen();
  if (!transport || !URL.canParse(env.PUBLIC_URL)) return null;
  try {
    return { transport, from: senderOf(env.MAIL_FROM) };
  } catch (error) {
    if (error instanceof Misconfigured) return null;
    throw error;
  }
}

function chosen(): Transport | null {
  if (env.SENDGRID_API_KEY) return sendgrid(env.SENDGRID_API_KEY);
  if (env.MAIL) return cloudflare(env.MAIL);
  return env.ENVIRONMENT === "development" ? intoMailbox : null;
}
