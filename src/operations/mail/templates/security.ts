import type { SecurityChange } from "../../../jobs/events";
import { iso } from "../../../lib/time";
import type { Content } from "../letter";
import { greeting } from "./account";
import { lay } from "./layout";

type Linked = { name: string; link: string };

export const resetMail = ({ name, link }: Linked): Content =>
  lay({
    subject: "Set a new password",
    heading: greeting("Hello", name),
    paragraphs: [
      "Somebody, probably you, asked to set a new password for your account. The link works once, for 30 minutes. Using it signs you out everywhere.",
    ],
    action: { label: "Set a new password", url: link },
    note: "If you did not ask for this, ignore this mail: your password stays as it is.",
  });

export const addressChangeMail = ({ name, link }: Linked): Content =>
  lay({
    subject: "Confirm your new mail address",
    heading: greeting("Hello", name),
    paragraphs: [
      "Please confirm that your account shall have this address from now on. The link works once, for 24 hours.",
    ],
    action: { label: "Use this address", url: link },
    note: "If you did not ask for this, ignore this mail, and nothing will happen.",
  });

export const addressUndoMail = ({ name, link }: Linked): Content =>
  lay({
    subject: "The mail address of your account was changed",
    heading: greeting("Hello", name),
    paragraphs: [
      "Your account has another mail address now. If this was you, there is nothing to do.",
      "If it was not, take your account back: the link restores this address, signs everybody out and voids the password, so that you can set a new one. It works once, for 7 days.",
    ],
    action: { label: "Restore this address", url: link },
  });

const notices: Record<SecurityChange, [subject: string, what: string]> = {
  password_changed: [
    "Your password was changed",
    "The password of your account was changed, and every other session was signed out.",
  ],
  password_reset: [
    "Your password was reset",
    "A new password was set by a link we mailed to you, and every session was signed out.",
  ],
  account_deleted: [
    "Your account was deleted",
    "Nobody finds your account any more, and in 30 days it is erased. Signing in before then restores it.",
  ],
  identity_linked: [
    "Your account can be opened by another provider",
    "Whoever signs in there, for instance at Google or GitHub, is signed in to your account.",
  ],
  api_key_created: [
    "An API key was made for your account",
    "Whoever holds the new key can do in your name what its scopes allow.",
  ],
  totp_added: [
    "A second factor protects your account",
    "An authenticator app was set up: every sign-in asks for its code from now on.",
  ],
  totp_removed: [
    "The second factor of your account was removed",
    "The authenticator app of your account was removed: the password alone signs you in again.",
  ],
  recovery_codes_renewed: [
    "You have new recovery codes",
    "New recovery codes were made for your account, and the old ones are worth nothing.",
  ],
  passkey_added: [
    "A passkey was added to your account",
    "From now on the new passkey signs in to your account without a password.",
  ],
  passkey_removed: [
    "A passkey was removed from your account",
    "The removed passkey signs in to your account no longer.",
  ],
};

export function noticeMail(
  change: SecurityChange,
  { name, home }: { name: string; home: string },
): Content {
  const [subject, what] = notices[change];
  return lay({
    subject,
    heading: greeting("Hello", name),
    paragraphs: [
      what,
      "If this was not you, set a new password at once and look through your sessions.",
    ],
    action: { label: "Open Rimlight", url: home },
  });
}

type Seen = { name: string; home: string; device: string; place: string[]; at: number };

export const newDeviceMail = ({ name, home, device, place, at }: Seen): Content =>
  lay({
    subject: "A new sign-in to your account",
    heading: greeting("Hello", name),
    paragraphs: [
      `Somebody signed in to your account from a device we have not seen before: ${device}${where(place)}, on ${iso(at).slice(0, 16).replace("T", " at ")} UTC.`,
      "If this was you, there is nothing to do. If not, change your password, which ends every other session.",
    ],
    action: { label: "Open Rimlight", url: home },
  });

const where = (place: string[]) => {
  const known = place.filter(Boolean).join(", ");
  return known && ` in or near ${known}`;
};
