import { problems } from "../../http/problem";

export const refuse = problems({
  sign_in_again: [403, "Sign in again and repeat this within ten minutes."],
});
