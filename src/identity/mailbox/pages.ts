import { type C, respond } from "../../http/answer";
import { anyone } from "../../http/guard";
import { router } from "../../http/route";
import { base64url, randomBytes } from "../../lib/crypto";
import { type LinkPage, linkPage } from "./page";

/** What mailed links open. A mail scanner that follows one sees a page, and has redeemed nothing. */
export const linkPages = router("Pages");

const pages: Record<string, LinkPage & { summary: string }> = {
  "/verify-email": {
    summary: "Open the page of a link that verifies an address",
    title: "Confirm your mail address",
    text: "One step left: confirm that this address is yours.",
    button: "Confirm this address",
    done: "Thank you. Your address is confirmed.",
    posts: "/api/v1/auth/verify-email",
  },
  "/reset-password": {
    summary: "Open the page of a link that sets a new password",
    title: "Set a new password",
    text: "Choose a password of 8 characters or more that you use nowhere else.",
    button: "Set the password",
    done: "Your new password is set, and you are signed out everywhere. You may sign in now.",
    posts: "/api/v1/auth/reset-password",
    asksPassword: true,
  },
  "/change-email": {
    summary: "Open the page of a link that changes an address",
    title: "Use this address",
    text: "One step left: your account will have this mail address from now on.",
    button: "Use this address",
    done: "Thank you. Your account has this address now.",
    posts: "/api/v1/auth/change-email/confirm",
  },
  "/undo-email": {
    summary: "Open the page of a link that restores an address",
    title: "Take your account back",
    text: "This restores your mail address, signs everybody out and voids the password.",
    button: "Restore this address",
    done: "Your address is restored. We have mailed you a link to set a new password.",
    posts: "/api/v1/auth/change-email/undo",
  },
};

for (const [path, { summary, ...page }] of Object.entries(pages))
  linkPages.get(path, summary, { auth: anyone, raw: "text/html" }, ({ c }) => show(c, page));

function show(c: C, page: LinkPage): Response {
  const nonce = base64url(randomBytes(16));
  return respond(c, 200, linkPage(page, nonce), {
    "content-type": "text/html; charset=utf-8",
    "content-security-policy": `default-src 'none'; script-src 'nonce-${nonce}'; style-src 'nonce-${nonce}'; connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'`,
  });
}
