import { problems } from "../../../http/problem";

export const refuse = problems({
  invalid_passkey: [401, "The passkey was not accepted. Try again, or sign in another way."],
  passkey_refused: [422, "What the authenticator answered cannot be accepted. Begin again."],
  passkey_known: [409, "This passkey is registered already."],
  too_many_passkeys: [409, "An account has 20 passkeys at most. Remove one first."],
});
