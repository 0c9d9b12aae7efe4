import { problems } from "../../http/problem";

export const refuse = problems({
  sign_in_denied: [403, "You did not allow the provider to tell us who you are."],
  account_exists: [
    409,
    "There is an account with this address. Sign in to it as usual and link the provider there.",
  ],
  identity_taken: [409, "This sign-in belongs to another account."],
  last_sign_in: [409, "This is the only way into your account; set a password or a passkey first."],
  sign_in_expired: [422, "This sign-in was begun elsewhere, or too long ago. Begin again."],
  sign_in_failed: [422, "The provider did not confirm who you are. Begin again."],
  address_unproved: [422, "The provider has not verified your mail address. Do that there first."],
});
