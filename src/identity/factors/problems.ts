import { problems } from "../../http/problem";

export const refuse = problems({
  invalid_mfa_token: [401, "The sign-in was begun too long ago, or is over. Begin again."],
  invalid_code: [401, "The code is wrong, or was used already."],
  wrong_code: [422, "The code is wrong, or was used already."],
  mfa_enabled: [409, "An authenticator app is set up already. Remove it first."],
  mfa_not_begun: [409, "No authenticator app waits to be confirmed. Begin by setting one up."],
});
