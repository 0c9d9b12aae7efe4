import { problems } from "../http/problem";

export const refuse = problems({
  email_taken: [409, "There is an account with this address. Sign in, or reset its password."],
  weak_password: [422, "The password is too easy to guess."],
  invalid_credentials: [401, "The address or the password is wrong."],
  invalid_refresh_token: [401, "The refresh token is invalid, expired, used or revoked. Sign in."],
});
